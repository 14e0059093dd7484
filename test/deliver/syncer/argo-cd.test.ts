import test from 'ava';
import { findApplication, holdersOf, viewApplication } from '../../../src/deliver/syncer/argo-cd.ts';
import { anApplication, commit, source } from '../../support/applications.ts';
import { emojiTarget } from '../../support/changes.ts';

const place = { url: 'https://git.example/shop/config.git', branch: 'main', folder: 'clusters/east' };

test('the Application whose path is closest to the folder applies it, of several sources that of our branch', (t) => {
	const root = anApplication('root', { spec: { source: { ...source, path: '.' } } });
	const east = anApplication('east');
	const next = anApplication('next', { spec: { source: { ...source, targetRevision: 'next' } } });
	const sources = [
		{ repoURL: 'https://charts.example', chart: 'web' },
		{ ...source, path: 'clusters/east' },
	];
	const status = { sync: { revisions: ['1.2.3', commit] } };
	const many = anApplication('many', { spec: { source: undefined, sources }, status });
	t.is(findApplication([root, next, east], place, undefined)?.application.name, 'east');
	t.is(findApplication([root], place, undefined)?.application.name, 'root');
	t.is(findApplication([next], place, undefined)?.application.name, 'next');
	t.is(findApplication([many], place, undefined)?.source?.compared, commit);
	t.is(findApplication([], place, undefined), undefined);
	t.is(findApplication([east, next], place, { namespace: 'argocd', name: 'next' })?.application.name, 'next');
});

test('automated sync may be there and switched off', (t) => {
	t.true(anApplication('a').automated);
	for (const automated of [undefined, null, { enabled: false }]) {
		t.false(anApplication('a', { spec: { syncPolicy: { automated } } }).automated);
	}
});

const late = { target: emojiTarget, committed: true, compared: false, operated: false };

test('while it is held off by us it looks at nothing, and will look at the branch itself once let go of', (t) => {
	const annotations = {
		'argocd.argoproj.io/skip-reconcile': 'true',
		'spillway.dev/held-off': 'shop/a,shop/b',
	};
	const application = anApplication('east', { annotations });
	t.deepEqual(holdersOf(application), ['shop/a', 'shop/b']);
	t.true(viewApplication({ application }, late).carries);
	t.is(viewApplication({ application }, { ...late, committed: false }).carries, undefined);
	t.is(viewApplication({ application: anApplication('east') }, late).carries, undefined);
});
