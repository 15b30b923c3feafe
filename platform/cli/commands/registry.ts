/** What `npx portico` offers. Each lives in `commands/<noun>-<verb>.ts` (or `<word>.ts`), named here with one line of help. */
export interface CommandHelp {
  /** As typed, such as `tenant create`. */
  words: string;
  help: string;
}

export const commands: CommandHelp[] = [
  { words: 'tenant create', help: 'make a business: --slug --name --zone --currency --owner-email [--owner-password]' },
  { words: 'key create', help: 'make an API key: --business and --source, or --user' },
  { words: 'key list', help: 'API keys by their last four signs: --business [--user, or --source]' },
  { words: 'key revoke', help: 'end an API key for good: --business --id' },
  { words: 'setting get', help: 'read a setting: --business --key' },
  { words: 'setting set', help: 'change a setting: --business --key --value' },
  { words: 'plugin list', help: 'plugins and whether they are enabled: [--business]' },
  { words: 'plugin enable', help: 'switch a plugin on: its id, --business' },
  { words: 'plugin disable', help: 'switch a plugin off: its id, --business' },
  { words: 'points pin', help: 'plugins that come first at a hook point: --business --point --plugins a,b (empty: none)' },
  { words: 'points', help: 'hook points and who is bound there, in order: --business' },
  { words: 'brake list', help: 'what can be stopped, and what is: [--business]' },
  { words: 'brake pull', help: 'stop it, at one business or everywhere: --brake --because [--business]' },
  { words: 'brake lift', help: 'let it go on: --brake [--business]' },
  { words: 'outbox list', help: 'parked deliveries: [--business]' },
  { words: 'outbox retry', help: 'deliver a parked delivery again: --business --id' },
  { words: 'routes', help: 'every page, write and API operation with plugin, method, path, permission' },
  { words: 'clock', help: 'move a business clock forward (demo and tests): --business --advance P3D' },
  { words: 'doctor', help: 'look at every part and say what is wrong' },
];

/** The file name of a command without its ending: `tenant create` is `tenant-create`. */
export function commandName(words: string): string {
  return words.replaceAll(' ', '-');
}
