import { z } from 'zod';
import type { Tenant } from '@portico/kit/server';
import { API_ROOT, Me, rightOf, type Operation } from './routes.ts';

type Json = Record<string, unknown>;

/** An OpenAPI 3.1 description of the given operations, and of the core's own. */
export function openApiOf(tenant: Tenant, operations: readonly Operation[]): Json {
  const paths: Record<string, Json> = { [`${API_ROOT}/openapi.json`]: { get: describeOpenApi }, [`${API_ROOT}/me`]: { get: describeMe() } };
  for (const operation of operations) (paths[operation.path] ??= {})[operation.route.method] = describe(operation);
  return {
    openapi: '3.1.0',
    info: { title: tenant.name, version: '1' },
    servers: [{ url: tenant.url }],
    security: [{ key: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key of a lead source or of a user.' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-portico' },
      },
      schemas: { Problem: PROBLEM },
    },
  };
}

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' }) as Json;
  return json;
};

// An operation never changes while the process runs, and anybody may ask: each is described once.
const described = new WeakMap<Operation, Json>();

function describe(operation: Operation): Json {
  const known = described.get(operation) ?? newDescription(operation);
  described.set(operation, known);
  return known;
}

function newDescription({ pluginId, route, path }: Operation): Json {
  const parameters = [...pathParameters(path), ...queryParameters(route.query), ...(route.method === 'post' && !route.open ? [IDEMPOTENCY_KEY] : [])];
  return {
    operationId: `${pluginId}.${route.name}`,
    tags: [pluginId],
    ...(route.open
      ? { description: 'For anybody: no key, no session.', security: [] }
      : { description: `Needs the right "${rightOf(route.may)}".`, 'x-portico-may': rightOf(route.may) }),
    'x-portico-plugin': pluginId,
    ...(route.sourceMay ? { 'x-portico-source-may': true } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body, 'input') } } } } : {}),
    responses: { ...answersOf(route), ...REFUSALS },
  };
}

function answersOf({ status = 200, alsoStatus = [], answer }: Operation['route']): Json {
  const { file } = (answer.meta() ?? {}) as { readonly file?: string };
  const content = file ? { [file]: { schema: { type: 'string', format: 'binary' } } } : { 'application/json': { schema: schemaOf(answer, 'output') } };
  const withBody = { description: 'The answer.', content };
  return Object.fromEntries([status, ...alsoStatus].map((one) => [String(one), one === 204 ? { description: 'Done; no body.' } : withBody]));
}

const pathParameters = (path: string): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: /(^id|Id)$/.test(name!) ? { type: 'string', format: 'uuid' } : { type: 'string' },
  }));

function queryParameters(query: z.ZodType | undefined): Json[] {
  if (!query) return [];
  const { properties = {}, required = [] } = schemaOf(query, 'input') as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: required.includes(name), schema }));
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key and body within 24 hours are answered with the stored answer; another body is refused with 409.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

const PROBLEM = {
  type: 'object',
  description: 'Problem details (RFC 9457).',
  required: ['type', 'title', 'status', 'detail', 'code', 'instance'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string' },
    instance: { type: 'string' },
    errors: {
      type: 'array',
      items: { type: 'object', required: ['field', 'message'], properties: { field: { type: 'string' }, message: { type: 'string' } } },
    },
    foreseen: { type: 'object', description: 'With portico.facts-changed: what the change would do as things stand now, and the token that confirms it.' },
  },
};

const problem = (description: string) => ({ description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } });

const REFUSALS = {
  '400': problem('The request cannot be read.'),
  '401': problem('Nobody is signed in, or the key is unknown.'),
  '403': problem('Not allowed.'),
  '404': problem('Does not exist, or may not be seen.'),
  '409': problem('Cannot be done in the present state.'),
  '413': problem('More than 1 MiB.'),
  '415': problem('Not application/json.'),
  '422': problem('A field is not valid.'),
  '429': problem('Too many requests.'),
  '503': problem('Not available at the moment.'),
};

const describeOpenApi = {
  operationId: 'core.read-openapi',
  tags: ['core'],
  security: [],
  responses: { '200': { description: 'This description.', content: { 'application/json': { schema: { type: 'object' } } } } },
};

const describeMe = () => ({
  operationId: 'core.read-me',
  tags: ['core'],
  responses: { '200': { description: 'Who acts.', content: { 'application/json': { schema: schemaOf(Me, 'output') } } }, '401': REFUSALS['401'] },
});
