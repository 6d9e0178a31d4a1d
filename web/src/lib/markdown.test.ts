// @vitest-environment node
import { expect, test } from 'vitest';
import type { MarkdownNode } from './contract';
import { parseMarkdown } from './markdown';

/** The tree in one line: `b(…)` for bold, `<href>(…)` for a link. */
function draw(nodes: readonly MarkdownNode[]): string {
  return nodes.map(drawNode).join('');
}

function drawNode(node: MarkdownNode): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'break':
      return '↵';
    case 'bold':
    case 'italic':
    case 'strike':
      return `${node.kind}(${draw(node.children)})`;
    case 'code':
      return `code(${node.text})`;
    case 'link':
      return `<${node.href}${node.warning === null ? '' : ` !${node.warning}`}>(${draw(node.children)})`;
    case 'paragraph':
      return `p(${draw(node.children)})`;
    case 'fence':
      return `fence:${node.language}(${node.text})`;
    case 'quote':
      return `quote(${draw(node.children)})`;
    case 'list':
      return `${node.ordered ? `ol:${node.start}` : 'ul'}(${node.items.map(draw).join('|')})`;
  }
}

const read = (body: string): string => draw(parseMarkdown(body).nodes);

test.each([
  ['**bold** _italic_ ~~gone~~ `code`', 'p(bold(bold) italic(italic) strike(gone) code(code))'],
  ['one\ntwo\n\nthree', 'p(one↵two)p(three)'],
  ['```rust\nfn main() {\n\tx\n}\n```', 'fence:rust(fn main() {\n\tx\n})'],
  ['```\n**not bold** <b>\n```', 'fence:(**not bold** <b>)'],
  ['> quoted\n> **too**', 'quote(p(quoted↵bold(too)))'],
  ['- a\n- b\n  - c', 'ul(a|bul(c))'],
  ['3. c\n4. d', 'ol:3(c|d)'],
  ['- [ ] open\n- [x] done', 'ul([ ] open|[x] done)'],
  ['snake_case_name and 2*3*4', 'p(snake_case_name and 2italic(3)4)'],
  ['\\*not italic\\*', 'p(*not italic*)'],
])('the subset: %j', (body, tree) => {
  expect(read(body)).toBe(tree);
});

test.each([
  '# no heading',
  '<b>no tag</b>',
  '<!-- no comment -->',
  '[no]: http://definition.example',
  '&amp; stays &lt;as typed&gt;',
  'a\n---',
])('what is not of the subset stays as it was typed: %j', (body) => {
  expect(read(body).replaceAll('↵', '\n')).toContain(body.includes('http') ? '[no]: ' : body);
  expect(read(body)).not.toMatch(/heading\(|bold\(/u);
});

test.each([
  ['see https://example.org/a.', 'p(see <https://example.org/a>(https://example.org/a).)'],
  ['(https://example.org/a)', 'p((<https://example.org/a>(https://example.org/a)))'],
  ['https://en.wikipedia.org/wiki/A_(b)!', 'p(<https://en.wikipedia.org/wiki/A_(b)>(https://en.wikipedia.org/wiki/A_(b))!)'],
  ['www.example.org, yes', 'p(<http://www.example.org/>(www.example.org), yes)'],
  ['write ann@example.org.', 'p(write <mailto:ann@example.org>(ann@example.org).)'],
  ['[text](https://example.org)', 'p(<https://example.org/>(text))'],
  ['![cat](https://example.org/cat.png)', 'p(<https://example.org/cat.png>(cat))'],
  ['**https://example.org/a**', 'p(bold(<https://example.org/a>(https://example.org/a)))'],
  ['„https://example.org/ä“, “https://example.org/b”', 'p(„<https://example.org/%C3%A4>(https://example.org/ä)“, “<https://example.org/b>(https://example.org/b)”)'],
  ['https://müller.example/x', 'p(<https://xn--mller-kva.example/x>(https://müller.example/x))'],
  ['http://', 'p(http://)'],
  ['`https://example.org`', 'p(code(https://example.org))'],
  ['```\nhttps://example.org\n```', 'fence:(https://example.org)'],
])('links: %j', (body, tree) => {
  expect(read(body)).toBe(tree);
});

test.each([
  ['https://аpple.com', 'xn--pple-43d.com'],
  ['https://аррӏе.com', 'xn--80ak6aa92e.com'],
  ['[https://bank.example](https://evil.example/x)', 'evil.example'],
  ['[bank.example](https://evil.example)', 'evil.example'],
  ['https://bank.example@evil.example/', 'evil.example'],
  ['https://пример.рф', null],
  ['https://müller.example', null],
  ['[our site](https://example.org)', null],
  ['[www.example.org](https://example.org)', null],
])('a link that could deceive shows where it goes: %s', (body, warning) => {
  const [paragraph] = parseMarkdown(body).nodes;
  const link = paragraph?.kind === 'paragraph' ? paragraph.children[0] : undefined;
  expect(link).toMatchObject({ kind: 'link', warning });
});

test.each([
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\tscript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x]( javascript:alert(1))',
  '[x](<java\nscript:alert(1)>)',
  '[x](\u0001javascript:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](vbscript:msgbox(1))',
  '[x](file:///etc/passwd)',
  '[x](blob:https://example.org/1)',
  '[x](//evil.example)',
  '[x](/relative)',
  '![x](javascript:alert(1))',
  '<javascript:alert(1)>',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '[x]: javascript:alert(1)\n[x]',
  '"><img src=x onerror=alert(1)>',
  '[a](javascript://example.org/%0Aalert(1))',
])('nothing dangerous becomes a link: %j', (body) => {
  const hrefs: string[] = [];
  const collect = (nodes: readonly MarkdownNode[]): void => {
    for (const node of nodes) {
      if (node.kind === 'link') hrefs.push(node.href);
      if ('children' in node) collect(node.children);
      if (node.kind === 'list') node.items.forEach(collect);
    }
  };
  collect(parseMarkdown(body).nodes);
  expect(hrefs.filter((href) => !/^(?:https?:\/\/|mailto:)/u.test(href))).toEqual([]);
  expect(hrefs.filter((href) => href.includes('script'))).toEqual([]);
});

test.each([
  ['>'.repeat(4000)],
  ['1. '.repeat(1300)],
  ['> - '.repeat(1000)],
  ['['.repeat(4000)],
  ['![a]('.repeat(800)],
  ['_a*'.repeat(1333)],
  ['**a '.repeat(1000)],
  ['`'.repeat(3999)],
  ['\\'.repeat(4000)],
  ['http://a'.repeat(500)],
  [`http://a${')'.repeat(3900)}`],
])('hostile text is read and nothing of it is lost to a crash: %.8s…', (body) => {
  expect(parseMarkdown(body).nodes.length).toBeGreaterThan(0);
});

test.each([
  ['😀', true],
  ['😀 😀😀', true],
  ['🏳️‍🌈', true],
  ['👨‍👩‍👧', true],
  ['🇩🇪🇫🇷', true],
  ['👍🏽', true],
  ['1️⃣', true],
  ['❤️', true],
  ['😀😀😀😀', false],
  ['😀 hi', false],
  ['123', false],
  ['#', false],
  ['©', false],
  ['', false],
])('emoji alone are large: %s', (body, large) => {
  expect(parseMarkdown(body).largeEmoji).toBe(large);
});
