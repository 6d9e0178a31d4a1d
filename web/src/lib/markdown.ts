/** Reads a message's Markdown into a small tree of our own. Nothing here makes HTML, and raw HTML stays text. */
import { Lexer, Tokenizer, type Token, type Tokens } from 'marked';
import type { MarkdownDocument, MarkdownNode } from './contract';
import { judgeLink, withoutTrailingPunctuation } from './links';
import { isLargeEmoji } from './text';

/** Quotes and lists inside each other beyond this stay text: nobody means them, and each level costs stack. */
const MAX_NESTING = 8;
/** Each attempt to read an emphasis walks the rest of the text, so a message of nothing but `*_` gets this many. */
const MAX_EMPHASIS_ATTEMPTS = 300;
/** A virtual list draws the same messages again and again while scrolling. */
const REMEMBERED = 500;

const remembered = new Map<string, MarkdownDocument>();

/** Reads `body`. Never throws; what is not of the subset is text as it was typed. */
export function parseMarkdown(body: string): MarkdownDocument {
  const known = remembered.get(body);
  if (known !== undefined) return known;
  const document: MarkdownDocument = isLargeEmoji(body)
    ? { nodes: [{ kind: 'paragraph', children: [{ kind: 'text', text: body }] }], largeEmoji: true }
    : { nodes: blocks(new Lexer({ gfm: true, breaks: true, tokenizer: new ChatTokenizer() }).lex(body)), largeEmoji: false };
  const oldest = remembered.size >= REMEMBERED ? remembered.keys().next().value : undefined;
  if (oldest !== undefined) remembered.delete(oldest);
  remembered.set(body, document);
  return document;
}

/** Marked's tokenizer without what a chat message should not have: what it does not recognise becomes paragraphs. */
class ChatTokenizer extends Tokenizer {
  #nesting = 0;
  #emphasisAttempts = 0;

  override html(): undefined {}
  override tag(): undefined {}
  override def(): undefined {}
  override table(): undefined {}
  override heading(): undefined {}
  override lheading(): undefined {}
  override hr(): undefined {}
  /** Indented code: people indent for other reasons. */
  override code(): undefined {}

  override blockquote(source: string): Tokens.Blockquote | undefined {
    return this.#nested(() => super.blockquote(source));
  }

  override list(source: string): Tokens.List | undefined {
    return this.#nested(() => super.list(source));
  }

  /** Marked finds web addresses with ASCII hosts only; people have others. */
  override url(source: string): Tokens.Link | undefined {
    const found = /^https?:\/\/[^\s<>`]+/iu.exec(source)?.[0];
    if (found === undefined) return super.url(source);
    const address = withoutTrailingPunctuation(found);
    if (!URL.canParse(address)) return undefined;
    const text: Tokens.Text = { type: 'text', raw: address, text: address };
    return { type: 'link', raw: address, text: address, href: address, title: null, tokens: [text] };
  }

  override emStrong(source: string, masked: string, previous = ''): Tokens.Em | Tokens.Strong | undefined {
    this.#emphasisAttempts += 1;
    if (this.#emphasisAttempts > MAX_EMPHASIS_ATTEMPTS) return undefined;
    return super.emStrong(source, masked, previous);
  }

  #nested<Found>(read: () => Found | undefined): Found | undefined {
    if (this.#nesting >= MAX_NESTING) return undefined;
    this.#nesting += 1;
    try {
      return read();
    } finally {
      this.#nesting -= 1;
    }
  }
}

function blocks(tokens: readonly Token[]): MarkdownNode[] {
  return tokens.flatMap((token) => block(token as Tokens.Generic));
}

function block(token: Tokens.Generic): MarkdownNode[] {
  switch (token.type) {
    case 'space':
      return [];
    case 'paragraph':
      return [{ kind: 'paragraph', children: inlines(token.tokens ?? []) }];
    case 'code':
      return [{ kind: 'fence', language: languageOf((token as Tokens.Code).lang), text: (token as Tokens.Code).text }];
    case 'blockquote':
      return [{ kind: 'quote', children: blocks(token.tokens ?? []) }];
    case 'list':
      return [list(token as Tokens.List)];
    // A tight list item holds `text` with inline tokens instead of a paragraph; the others are inline by nature.
    default:
      return inlines([token]);
  }
}

function list(token: Tokens.List): MarkdownNode {
  return {
    kind: 'list',
    ordered: token.ordered,
    start: typeof token.start === 'number' ? token.start : 1,
    items: token.items.map((item) => blocks(item.tokens)),
  };
}

function inlines(tokens: readonly Token[]): MarkdownNode[] {
  const nodes: MarkdownNode[] = [];
  for (const node of tokens.flatMap((token) => inline(token as Tokens.Generic))) {
    const last = nodes[nodes.length - 1];
    if (node.kind === 'text' && last?.kind === 'text') nodes[nodes.length - 1] = { kind: 'text', text: last.text + node.text };
    else nodes.push(node);
  }
  return nodes;
}

function inline(token: Tokens.Generic): MarkdownNode[] {
  switch (token.type) {
    case 'text':
      return token.tokens === undefined ? [{ kind: 'text', text: (token as Tokens.Text).text }] : inlines(token.tokens);
    case 'escape':
      return [{ kind: 'text', text: (token as Tokens.Escape).text }];
    case 'br':
      return [{ kind: 'break' }];
    case 'strong':
      return [{ kind: 'bold', children: inlines(token.tokens ?? []) }];
    case 'em':
      return [{ kind: 'italic', children: inlines(token.tokens ?? []) }];
    case 'del':
      return [{ kind: 'strike', children: inlines(token.tokens ?? []) }];
    case 'codespan':
      return [{ kind: 'code', text: (token as Tokens.Codespan).text }];
    case 'link':
    case 'image':
      return [link(token as Tokens.Link | Tokens.Image)];
    default:
      return [{ kind: 'text', text: token.raw }];
  }
}

/** An image becomes a link: a message makes no request to anywhere. */
function link(token: Tokens.Link | Tokens.Image): MarkdownNode {
  const safe = judgeLink(token.href, token.text);
  if (safe === null) return { kind: 'text', text: token.raw };
  const inner = token.type === 'link' ? inlines(token.tokens) : [];
  return { kind: 'link', href: safe.href, warning: safe.warning, children: inner.length > 0 ? inner : [{ kind: 'text', text: token.text || token.href }] };
}

/** The first word of the fence's info string, as far as it can name a language. */
function languageOf(info: string | undefined): string {
  return /^[\w+#.-]{1,30}/u.exec(info?.trim() ?? '')?.[0] ?? '';
}
