/** Where pages find the script that loads them again after a change. It is there in `npm run dev` alone. */
export const LIVE_RELOAD_SCRIPT = '/portico/live-reload.js';
