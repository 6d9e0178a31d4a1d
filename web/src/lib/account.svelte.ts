/** What belongs to one signed-in account on this page; another account gets another one. */
import type { MessageView } from '../protocol';
import type { Api } from './api';
import type { KeyValueStore } from './browser';
import type { ServerClock } from './clock';
import { Refused, type SocketConnection } from './connection.svelte';
import type { OutboxItem, UserView } from './contract';
import { Drafts } from './drafts';
import { t } from './i18n';
import { Outbox } from './outbox.svelte';
import type { OutboxStore } from './outboxStore';
import { People } from './people.svelte';
import type { Tabs } from './tabs';

export interface AccountSurroundings {
  readonly api: Api;
  readonly connection: SocketConnection;
  readonly clock: ServerClock;
  readonly store: KeyValueStore;
  readonly outboxStore: Promise<OutboxStore>;
  readonly tabs: Pick<Tabs, 'own' | 'alive'>;
}

/** What an account tells the chat. */
export interface AccountListener {
  readonly draftChanged: (roomId: number, text: string) => void;
  readonly acknowledged: (message: MessageView) => void;
  readonly refused: (item: OutboxItem, reason: string) => boolean;
}

export class Account {
  #me = $state.raw<UserView>() as UserView;
  readonly people: People;
  readonly outbox: Outbox;
  readonly drafts: Drafts;

  constructor(me: UserView, around: AccountSurroundings, listener: AccountListener) {
    this.#me = me;
    this.people = new People(around.api);
    this.people.learn([me]);
    this.drafts = new Drafts(around.store, me.id, listener.draftChanged);
    this.outbox = new Outbox({
      userId: me.id,
      store: around.outboxStore,
      tabs: around.tabs,
      now: () => around.clock.now(),
      send: async (item) => {
        const { message } = await around.connection.request({
          type: 'message_send',
          room_id: item.roomId,
          client_key: item.clientKey,
          body: item.body,
        });
        if (message === undefined) throw new Refused('internal', t('error.unexpected'), null);
        return message;
      },
      acknowledged: listener.acknowledged,
      refused: listener.refused,
    });
    // What was left behind is shown before there is a connection; without a store there is nothing.
    this.outbox.adopt().catch(() => undefined);
  }

  get me(): UserView {
    return this.people.find(this.#me.id) ?? this.#me;
  }

  /** Keeps what is unsent and unsaved for the next time, and stops. */
  close(): void {
    this.outbox.close();
    this.drafts.close();
    this.people.close();
  }
}
