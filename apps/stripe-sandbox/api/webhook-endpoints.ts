import { freshId } from '../store/fresh-id.ts';
import type { EndpointRecord } from '../store/records.ts';
import { type Answer, type Call, ofPath, show } from './call.ts';
import { changedMetadata, flag, id, list, metadata, readParameters, requiredText, text } from './parameters.ts';
import { invalid } from './stripe-error.ts';

const shape = { url: requiredText, enabled_events: list, description: text, metadata, api_version: id };

export function createWebhookEndpoint({ change, parameters }: Call): Answer {
  const given = readParameters(shape, parameters);
  if (!given.enabled_events?.length) throw invalid('Missing required param: enabled_events.', 'enabled_events', 'parameter_missing');
  const made: EndpointRecord = change.put('webhook_endpoint', {
    id: freshId('we_'),
    rev: 0,
    created: change.at,
    url: checkedUrl(given.url),
    secret: freshId('whsec_', 32),
    types: given.enabled_events,
    enabled: true,
    description: given.description ?? null,
    metadata: changedMetadata({}, given.metadata),
    apiVersion: given.api_version ?? null,
  });
  return show('webhook_endpoint', made, { secret: made.secret });
}

/** The sandbox calls whoever it is told to on this machine; in truth Stripe asks for https. */
function checkedUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol))
    throw invalid('Invalid URL: An explicit scheme (such as https) must be provided.', 'url', 'url_invalid');
  return url;
}

export function retrieveWebhookEndpoint(call: Call): Answer {
  readParameters({}, call.parameters);
  return show('webhook_endpoint', ofPath('webhook_endpoint', call));
}

export function updateWebhookEndpoint(call: Call): Answer {
  const { change, parameters } = call;
  const given = readParameters({ url: id, enabled_events: list, description: text, metadata, disabled: flag }, parameters);
  const before = ofPath('webhook_endpoint', call);
  const after = change.put('webhook_endpoint', {
    ...before,
    rev: before.rev + 1,
    url: given.url === undefined ? before.url : checkedUrl(given.url),
    types: given.enabled_events ?? before.types,
    enabled: given.disabled === undefined ? before.enabled : !given.disabled,
    description: given.description === undefined ? before.description : given.description,
    metadata: changedMetadata(before.metadata, given.metadata),
  });
  return show('webhook_endpoint', after);
}

/** What was not delivered yet is delivered to nobody. */
export function deleteWebhookEndpoint(call: Call): Answer {
  const { change, parameters } = call;
  readParameters({}, parameters);
  const { id: gone } = ofPath('webhook_endpoint', call);
  change.settings = { endpointGone: gone };
  return { value: { id: gone, object: 'webhook_endpoint', deleted: true } };
}
