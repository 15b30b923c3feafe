import { describe, expect, it } from 'vitest';
import { normaliseHost, targetOf } from '../request-target.ts';

const of = (url: string, ...hosts: string[]) => targetOf({ url, rawHeaders: hosts.flatMap((host) => ['Host', host]) });

describe('a host name', () => {
  it.each([
    ['alpha.portico.localhost', 'alpha.portico.localhost'],
    ['ALPHA.Portico.Localhost', 'alpha.portico.localhost'],
    ['alpha.portico.localhost:8080', 'alpha.portico.localhost'],
    ['alpha.portico.localhost.', 'alpha.portico.localhost'],
    ['alpha.portico.localhost.:8080', 'alpha.portico.localhost'],
    ['127.0.0.1:80', '127.0.0.1'],
  ])('%s is looked up as %s', (given, looked) => expect(normaliseHost(given)).toBe(looked));

  it.each([
    '',
    ' ',
    'alpha..localhost',
    '.alpha',
    'alpha.localhost..',
    'alpha localhost',
    'alpha/x',
    'alpha@evil',
    'alpha:port',
    'alpha:1:2',
    'alpha,beta',
    'älpha.localhost',
    '[::1]',
    'alpha\u0000',
    "alpha' or 1=1",
    'a%2eb',
  ])('%j is nobody', (given) => expect(normaliseHost(given)).toBeUndefined());
});

describe('the target of a request', () => {
  it('is path and query', () => expect(of('/leads?x=1', 'alpha.localhost')).toEqual({ host: 'alpha.localhost', target: '/leads?x=1' }));
  it('with two Host headers is nobody, even when they agree', () => {
    expect(of('/', 'alpha.localhost', 'beta.localhost')).toBeUndefined();
    expect(of('/', 'alpha.localhost', 'alpha.localhost')).toBeUndefined();
  });
  it('without a Host header is nobody', () => expect(of('/')).toBeUndefined());
  it('in absolute form must name the host of the header', () => {
    expect(of('http://alpha.localhost:80/leads', 'alpha.localhost')).toEqual({ host: 'alpha.localhost', target: '/leads' });
    expect(of('http://alpha.localhost', 'alpha.localhost')).toEqual({ host: 'alpha.localhost', target: '/' });
    expect(of('http://beta.localhost/leads', 'alpha.localhost')).toBeUndefined();
    expect(of('http://alpha.localhost@beta.localhost/', 'alpha.localhost')).toBeUndefined();
  });
  it('in any other form is nobody', () => {
    for (const url of ['*', 'alpha.localhost:443', 'leads', 'file:///etc/passwd', '']) expect(of(url, 'alpha.localhost')).toBeUndefined();
  });
});
