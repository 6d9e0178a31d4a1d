/** Hands the one client of the page down to the components. */
import { createContext } from 'svelte';
import type { Client } from '../lib/contract';

/** `useClient()` inside a component; `provideClient(client)` once, at the root. */
export const [useClient, provideClient] = createContext<Client>();
