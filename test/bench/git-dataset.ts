// The repository of a bench: code and manifests of many teams, and the folder that one cluster's syncer applies.
import type { EditChange } from '../../src/model/change.ts';
import type { Identity } from '../../src/model/ports/repository.ts';
import { anEditChange, aShift } from '../support/changes.ts';
import { weights } from '../support/policies.ts';
import { clusterName, splitName } from './dataset.ts';
import type { Side } from './observer.ts';

export interface RepositoryShape {
	/** Its namespaces begin with it. */
	readonly name: string;
	/** All files together. */
	readonly files: number;
	/** Ten to a namespace, in one file. */
	readonly splits: number;
	/** Files below the cluster's folder, those with the splits included; two for each namespace at least. */
	readonly manifests: number;
}

/** What is committed: one of the splits, and where it is to send its traffic. */
export interface Flip {
	readonly split: number;
	readonly side: Side;
}

const perNamespace = 10;
const folder = `clusters/${clusterName}`;
/** Manifests elsewhere are this share of all files. */
const otherManifests = 0.15;

export const author: Identity = { name: 'Bench', email: 'bench@example.com' };

export function countNamespaces({ splits }: RepositoryShape): number {
	return Math.ceil(splits / perNamespace);
}

function namespaceOf({ name }: RepositoryShape, split: number): string {
	return `${name}-${Math.floor(split / perNamespace)}`;
}

/** The file that has a split. */
export function trafficPath(shape: RepositoryShape, split: number): string {
	return `${folder}/${namespaceOf(shape, split)}/traffic.yaml`;
}

/** The file's text with one split sent elsewhere, as a script with `sed` would have it. */
export function editTraffic(text: string, { split, side }: Flip): string {
	const [primary, fallback] = side === 'primary' ? [1, 0] : [0, 1];
	const documents = text.split('---\n').map((document) => {
		if (!document.includes(`name: ${splitName(split)},`)) return document;
		return document
			.replace(/(service: primary, weight: )\d/, `$1${primary}`)
			.replace(/(service: fallback, weight: )\d/, `$1${fallback}`);
	});
	return documents.join('---\n');
}

/** The same as a change that Spillway is to carry out at once. */
export function composeFlip(shape: RepositoryShape, { split, side }: Flip, at: number): EditChange {
	const primary = weights({ primary: 1, fallback: 0 });
	const fallback = weights({ primary: 0, fallback: 1 });
	const [from, to] = side === 'primary' ? [fallback, primary] : [primary, fallback];
	const [namespace, name] = [namespaceOf(shape, split), splitName(split)];
	return anEditChange({
		policy: `${namespace}/${name}`,
		target: { kind: 'TrafficSplit', cluster: clusterName, namespace, name },
		shift: aShift({ from, to, episode: { id: `${namespace}/${name}-mbz3k2o0`, since: at } }),
		decidedAt: at,
		folder,
	});
}

/** The repository's first commits in the language of `git fast-import`. */
export function* composeImport(shape: RepositoryShape): Generator<string> {
	yield composeCommit('Everything');
	for (const [path, text] of composeFiles(shape)) yield composeFile(path, text);
	for (let commit = 0; commit < 100; commit += 1) {
		yield composeCommit(`Change ${commit}`);
		yield composeFile(`docs/changes/${commit % 10}.md`, `# Change ${commit}\n`);
	}
}

/** One commit of somebody else on a branch. */
export function composeForeign(branch: string, number: number): string {
	const text = `${number}\n`;
	return [
		`commit refs/heads/${branch}\ncommitter ${author.name} <${author.email}> ${now()} +0000\n`,
		`data 7\nForeign\nfrom refs/heads/${branch}^0\n`,
		composeFile(`docs/foreign/${number % 20}.md`, text),
	].join('');
}

/** On top of what the stream has committed before. */
function composeCommit(message: string): string {
	const committer = `committer ${author.name} <${author.email}> ${now()} +0000`;
	return `commit refs/heads/main\n${committer}\ndata ${message.length}\n${message}\n`;
}

function composeFile(path: string, text: string): string {
	return `M 100644 inline ${path}\ndata ${text.length}\n${text}\n`;
}

function now(): number {
	return Math.floor(Date.now() / 1000);
}

function* composeFiles(shape: RepositoryShape): Generator<readonly [path: string, text: string]> {
	const namespaces = countNamespaces(shape);
	for (let index = 0; index < namespaces; index += 1) {
		const namespace = `${shape.name}-${index}`;
		yield [`${folder}/${namespace}/namespace.yaml`, composeNamespace(namespace)];
		yield [`${folder}/${namespace}/traffic.yaml`, composeTraffic(shape, index)];
	}
	for (let index = 0; index < shape.manifests - 2 * namespaces; index += 1) {
		const namespace = `${shape.name}-${index % namespaces}`;
		const app = `app-${Math.floor(index / namespaces)}`;
		yield [`${folder}/${namespace}/${app}.yaml`, composeApp(namespace, app)];
	}
	const others = Math.floor(shape.files * otherManifests);
	for (let index = 0; index < others; index += 1) {
		const [team, app] = [`team-${index % 40}`, `app-${Math.floor(index / 40)}`];
		yield [`apps/${team}/${app}/base/app.yaml`, composeApp(team, app)];
	}
	const code = shape.files - shape.manifests - others - 10;
	for (let index = 0; index < code; index += 1) yield composeCode(index);
}

function composeNamespace(name: string): string {
	return `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n`;
}

function composeTraffic(shape: RepositoryShape, namespace: number): string {
	const first = namespace * perNamespace;
	const count = Math.min(perNamespace, shape.splits - first);
	const documents = Array.from({ length: count }, (_, index) => composeSplit(shape, first + index));
	return documents.join('---\n');
}

function composeSplit(shape: RepositoryShape, split: number): string {
	return `# Who may change this: the team on call.
apiVersion: split.smi-spec.io/v1alpha2
kind: TrafficSplit
metadata: {name: ${splitName(split)}, namespace: ${namespaceOf(shape, split)}}
spec:
  service: apex-${split}
  backends:
    - {service: primary, weight: 1} # here
    - {service: fallback, weight: 0} # in the other region
`;
}

function composeApp(namespace: string, app: string): string {
	return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${app}
  namespace: ${namespace}
  labels: {app.kubernetes.io/name: ${app}, app.kubernetes.io/part-of: ${namespace}}
spec:
  replicas: 3
  selector:
    matchLabels: {app.kubernetes.io/name: ${app}}
  template:
    metadata:
      labels: {app.kubernetes.io/name: ${app}}
    spec:
      containers:
        - name: ${app}
          image: registry.example.com/${namespace}/${app}:1.0.${app.length}
          ports: [{name: http, containerPort: 8080}]
          resources:
            requests: {cpu: 100m, memory: 128Mi}
            limits: {memory: 256Mi}
---
apiVersion: v1
kind: Service
metadata: {name: ${app}, namespace: ${namespace}}
spec:
  selector: {app.kubernetes.io/name: ${app}}
  ports: [{name: http, port: 80, targetPort: http}]
`;
}

function composeCode(index: number): readonly [path: string, text: string] {
	const [service, module] = [`service-${index % 60}`, `module-${Math.floor(index / 60) % 25}`];
	const lines = Array.from({ length: 12 + (index % 17) }, (_, line) => {
		const value = (index * 2654435761 + line * 40503) % 4294967296;
		return `export const value${line} = compute('${value.toString(36)}', ${line}); // ${service}`;
	});
	return [`services/${service}/src/${module}/file-${Math.floor(index / 1500)}.ts`, `${lines.join('\n')}\n`];
}
