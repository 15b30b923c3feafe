import { describePluginContract } from '@portico/testing';

describePluginContract('@portico/plugin-billing');
