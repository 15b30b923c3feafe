export { load, submit } from '../portal/profile.server.ts';
