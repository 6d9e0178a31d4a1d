/**
 * The places of the interface with made-up content, for looking at: `npm run dev`, then /gallery.html?scene=conversation.
 * Not part of the production build.
 */
import { mount } from 'svelte';
import App from '../src/App.svelte';
import '../src/styles/fonts.css';
import '../src/styles/tokens.css';
import '../src/styles/base.css';
import { sceneClient } from './scenes.svelte';

const query = new URLSearchParams(location.search);
const theme = query.get('theme');
if (theme) document.documentElement.dataset['theme'] = theme;
if (query.get('dir') === 'rtl') document.documentElement.dir = 'rtl';
const target = document.getElementById('app');
if (target) mount(App, { target, props: { client: sceneClient(query.get('scene') ?? 'conversation') } });
