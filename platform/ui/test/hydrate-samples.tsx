/** What the browser runs in the gallery: takes over the sample that the server rendered. */
import { hydrateRoot } from 'react-dom/client';
import { createMemoryRouter, RouterProvider } from 'react-router-dom';
import { sampleRoutes } from './sample-routes.tsx';
import { SAMPLES } from './samples.tsx';

const name = location.pathname.split('/')[2] ?? '';
const sample = SAMPLES[name];
const root = document.getElementById('root');
if (!sample || !root) throw new Error(`no sample is called ${name}`);
const router = createMemoryRouter(sampleRoutes(sample.View), { initialEntries: [sample.at], hydrationData: { loaderData: {} } });
hydrateRoot(root, <RouterProvider router={router} />);
document.documentElement.dataset.ready = 'yes';
