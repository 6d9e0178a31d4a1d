import { mount } from 'svelte';
import App from './App.svelte';
import { createClient } from './lib/client.svelte';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');

const client = createClient();
mount(App, { target, props: { client } });
client.start();
