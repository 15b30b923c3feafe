/** Staff see and write the same notes; whose notes those are, the rules of rights say. */
export { load, submit } from '../portal/goodwill.server.ts';
