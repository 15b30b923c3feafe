import { describePluginContract } from '@portico/testing';

describePluginContract('@portico/plugin-example-fair-play');
