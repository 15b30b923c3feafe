export { default } from '../portal/goodwill.slot.tsx';
