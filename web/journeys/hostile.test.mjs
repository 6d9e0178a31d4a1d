/** Checklist 53 and 54: what people write is text. It never becomes script, and links lead where they say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld } from './world.mjs';

/** Each would call `journeyTrespass` (see browser.mjs) if it ran. */
const NASTY = [
  '<script>journeyTrespass("script")</script>',
  '<img src=x onerror=journeyTrespass("img")>',
  '<svg onload=journeyTrespass("svg")>',
  '<svg><script>journeyTrespass("svg script")</script></svg>',
  '<svg><animate onbegin=journeyTrespass(1) attributeName=x dur=1s>',
  '<iframe srcdoc="<script>parent.journeyTrespass(1)</script>"></iframe>',
  '<iframe src="javascript:parent.journeyTrespass(1)"></iframe>',
  '<a href="javascript:journeyTrespass(1)">click me</a>',
  '<body onload=journeyTrespass(1)>',
  '<details open ontoggle=journeyTrespass(1)>',
  '<video><source onerror="journeyTrespass(1)"></video>',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=journeyTrespass(1)>',
  '<style>*{display:none}</style>',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
  '<form action="https://evil.example/"><button>go on</button></form>',
  '<input autofocus onfocus=journeyTrespass(1)>',
  '"><img src=x onerror=journeyTrespass(1)>',
  "' onmouseover='journeyTrespass(1)",
  '[click](javascript:journeyTrespass(1))',
  '[click](JaVaScRiPt:journeyTrespass(1))',
  '[click](java\tscript:journeyTrespass(1))',
  '[click](&#106;avascript:journeyTrespass(1))',
  '[click](javascript&colon;journeyTrespass(1))',
  '[click](\u0001javascript:journeyTrespass(1))',
  '[click](data:text/html,<script>journeyTrespass(1)</script>)',
  '[click](vbscript:msgbox(1))',
  '[click](blob:https://evil.example/1)',
  '[click](file:///etc/passwd)',
  '[click](//evil.example/relative)',
  '[click](/api/v1/auth/logout)',
  '![picture](https://evil.example/track.gif)',
  '![picture](javascript:journeyTrespass(1))',
  '<javascript:journeyTrespass(1)>',
  '[ref]\n\n[ref]: javascript:journeyTrespass(1)',
  '[click](https://example.org/" onmouseover="journeyTrespass(1))',
  '[a](https://example.org "title" onclick=journeyTrespass(1))',
  '```html onload=journeyTrespass(1)\n<script>journeyTrespass("fence")</script>\n```',
  '`<img src=x onerror=journeyTrespass(1)>`',
  '> <img src=x onerror=journeyTrespass(1)>',
  '- <script>journeyTrespass(1)</script>',
  '{{constructor.constructor("journeyTrespass(1)")()}}',
  '{@html "<img src=x onerror=journeyTrespass(1)>"}',
  '&lt;script&gt;journeyTrespass(1)&lt;/script&gt;',
  '<scr\u0000ipt>journeyTrespass(1)</scr\u0000ipt>'.replaceAll('\u0000', ''),
  '<!--<img src="--><img src=x onerror=journeyTrespass(1)//">',
];

test('53: no text becomes script, handler, picture, frame or a link that runs', async (t) => {
  const world = await openWorld(t);
  const [ada, ben] = [await world.person('ada'), await world.person('ben')];
  const room = await ben.directWith(ada);
  for (const text of NASTY) await ben.says(room, text);
  await ben.ask('PATCH', '/me', { display_name: '<img src=x onerror=journeyTrespass("name")>', about: '<svg onload=journeyTrespass(1)>' });
  await ben.says(room, 'The end of it');
  const place = await world.open(ada);
  await place.rooms.getByRole('button', { name: /unread/ }).click();
  await place.sees('The end of it');
  await place.until((count) => document.querySelectorAll('[role="log"] article').length === count, NASTY.length + 1);

  const faults = await place.page.evaluate(() => {
    const found = [];
    const inMessages = document.querySelectorAll('[role="log"] .bubble *');
    for (const element of inMessages) {
      if (/^(?:script|img|iframe|object|embed|form|input|style|base|meta|video|svg|math|details)$/iu.test(element.tagName)) found.push(element.outerHTML);
    }
    for (const element of document.querySelectorAll('body *')) {
      for (const { name, value } of element.attributes) {
        if (/^on/iu.test(name)) found.push(`${name}=${value}`);
        if (['href', 'src', 'action'].includes(name) && /^\s*(?:javascript|data|vbscript|blob|file):/iu.test(value)) found.push(`${name}=${value}`);
      }
    }
    for (const link of document.querySelectorAll('[role="log"] a')) {
      if (!/^(?:https?|mailto):/u.test(link.getAttribute('href'))) found.push(link.outerHTML);
      if (link.rel !== 'noopener noreferrer nofollow ugc' || link.target !== '_blank') found.push(link.outerHTML);
    }
    return found;
  });
  assert.deepEqual(faults, []);
  assert.equal(await place.message('<img src=x onerror=journeyTrespass("img")>').count(), 1);
  assert.equal(await place.page.evaluate(() => document.baseURI === `${location.origin}/`), true);

  await place.page.getByRole('heading', { level: 1 }).getByRole('button').click();
  await place.page.getByRole('complementary', { name: 'Profile' }).getByText('<svg onload=journeyTrespass(1)>').waitFor();
});

test('54: links open safely in a new tab, end where the address ends, and are not made inside code', async (t) => {
  const world = await openWorld(t);
  const [ada, ben] = [await world.person('ada'), await world.person('ben')];
  const room = await ben.directWith(ada);
  const cases = [
    ['See https://example.org/a_(b).', 'https://example.org/a_(b)'],
    ['(also https://example.org/c)', 'https://example.org/c'],
    ['Really? https://example.org/d?e=f&g=h!', 'https://example.org/d?e=f&g=h'],
    ['[the *garden* plan](https://example.org/plan)', 'https://example.org/plan'],
    ['Write to [us](mailto:us@example.org)', 'mailto:us@example.org'],
  ];
  for (const [text] of cases) await ben.says(room, text);
  await ben.says(room, 'Not this: `https://example.org/code`');
  await ben.says(room, '```\nhttps://example.org/fence\n```');
  await ben.says(room, 'Beware of https://\u0430pple.com/login');
  const place = await world.openDirect(ada, ben);
  await place.sees('Beware of');
  const links = await place.log.getByRole('link').evaluateAll((all) => all.map((link) => [link.getAttribute('href'), link.rel, link.target]));
  const safe = ['noopener noreferrer nofollow ugc', '_blank'];
  assert.deepEqual(links, [...cases.map(([, href]) => [href, ...safe]), ['https://xn--pple-43d.com/login', ...safe]]);
  await place.message('Beware of').getByText('xn--pple-43d.com').waitFor();
});
