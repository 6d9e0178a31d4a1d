import { enUi } from './en_ui';

/**
 * Every sentence of the interface, in English. `{name}` is replaced by the parameter of that name; an object with
 * `one` and `other` is chosen by the parameter `count`. Another language is another file of the same shape.
 */
export const en = {
  ...enUi,

  // The core: outcomes, notices, announcements.
  'error.unreachable': 'The server does not answer. Check your connection and try again.',
  'error.unexpected': 'Something went wrong on the server. Try again in a moment.',
  'error.check_fields': 'Please check what is marked below.',
  'error.rate_limited': 'Too many attempts. Try again in {time}.',
  'error.account_blocked':
    'This account is blocked. If you think that this is a mistake, write to the people who run this server.',

  'end.ended_elsewhere.title': 'Signed in again?',
  'end.ended_elsewhere.text': 'This session was ended from another device. Sign in again to go on; what you have written is kept.',
  'end.password_changed.title': 'Your password was changed',
  'end.password_changed.text': 'It was changed on another device, so this session ended. Sign in with the new password; what you have written is kept.',
  'end.refresh_reused.title': 'Signed in again?',
  'end.refresh_reused.text': 'This session was used from two places at once and was ended to be safe. Sign in again; what you have written is kept.',
  'end.account_blocked.title': 'This account is blocked',
  'end.account_blocked.text':
    'You cannot read or write until the block is lifted. If you think that this is a mistake, write to the people who run this server.',
  'end.expired.title': 'Signed in again?',
  'end.expired.text': 'This session is over. Sign in again to go on; what you have written is kept.',
  'end.other_account.title': 'Somebody else is signed in',
  'end.other_account.text': 'Another account signed in on this browser. Sign in again to go on as {name}; what you have written is kept.',

  'send.failed': 'The server could not store this message.',
  'send.storage_full': 'The server has no space left. Try again later.',
  'send.refused': 'Not sent: {reason}',
  'edit.refused': 'Not changed: {reason}',
  'edit.offline': 'you are not connected. Try again in a moment.',
  'delete.refused': 'Not deleted: {reason}',
  'room.reloaded': 'You were away for long, so this conversation was loaded again.',

  'presence.joined': '{names} joined',
  'presence.left': '{names} left',
  'names.two': '{first} and {second}',
  'names.more': {
    one: '{names} and {count} other',
    other: '{names} and {count} others',
  },
  'typing.one': '{first} is typing…',
  'typing.two': '{first} and {second} are typing…',
  'typing.more': {
    one: '{first}, {second} and {count} other are typing…',
    other: '{first}, {second} and {count} others are typing…',
  },
  'announce.message': '{name}: {text}',
  'announce.burst': {
    one: '{count} new message',
    other: '{count} new messages',
  },

  'day.today': 'Today',
  'day.yesterday': 'Yesterday',
  'duration.seconds': {
    one: '{count} second',
    other: '{count} seconds',
  },
  'duration.minutes': {
    one: '{count} minute',
    other: '{count} minutes',
  },
} as const;
