// The rights that the documentation asks for, as it writes them.
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { Grant, PolicyRule } from './service-account.ts';

/** What docs/linkerd-failover.md asks for; Lease and ledger are in `home`. */
export async function linkerdFailoverRights(home: string): Promise<readonly Grant[]> {
	const page = await readPage('linkerd-failover');
	const [, text = ''] = /^```yaml\n([^`]*kind: ClusterRole\n[^`]*)```$/m.exec(page) ?? [];
	const { rules } = parse(text) as { readonly rules: readonly PolicyRule[] };
	return [{ rules }, { namespace: home, rules: homeRules }];
}

/** What docs/high-availability.md asks for in the namespace of Lease and ledger. */
const homeRules: readonly PolicyRule[] = [
	{
		apiGroups: ['coordination.k8s.io'],
		resources: ['leases'],
		verbs: ['get', 'create', 'update', 'list', 'watch'],
	},
	{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'update'] },
];

/** A row of the table in docs/gitops.md. */
interface Row {
	readonly rule: PolicyRule;
	readonly where: string;
}

/**
 * What docs/gitops.md asks for beside Flux, where one namespace has all targets and origins, as well as Lease and
 * ledger, and no gateway mirrors.
 */
export async function gitOpsRights(namespace: string): Promise<readonly Grant[]> {
	const rows = readTable(await readPage('gitops'));
	const rulesWhere = (where: RegExp): readonly PolicyRule[] => {
		const found = rows.filter((row) => where.test(row.where));
		if (found.length === 0) throw new Error(`docs/gitops.md lists no rights ${where}`);
		return found.map(({ rule }) => rule);
	};
	const own = [
		...rulesWhere(/^target (and origin )?clusters(?! with gateway mirrors)/),
		...rulesWhere(/^with `--cluster`: (its|the same) namespace/),
	];
	return [{ namespace, rules: own }, { rules: rulesWhere(/^in all namespaces, where `syncer` is Flux/) }];
}

/** `likewise` is what the row above says. */
function readTable(page: string): readonly Row[] {
	const [, text = ''] = /^\| API group \|.*\n\|[-|]*\n((?:\|.*\n)+)/m.exec(page) ?? [];
	const rows: Row[] = [];
	for (const line of text.trimEnd().split('\n')) {
		const [group = '', resource = '', verbs = '', where = ''] = line
			.slice(1, -1)
			.split('|')
			.map((cell) => cell.trim());
		const [apiGroups, resources, allowed] = [group, resource, verbs].map(quoted);
		const rule = { apiGroups: apiGroups ?? [], resources: resources ?? [], verbs: allowed ?? [] };
		rows.push({ rule, where: where === 'likewise' ? (rows.at(-1)?.where ?? '') : where });
	}
	return rows;
}

/** The words of a cell that are set as code; `""` is the core group. Remarks after the first full stop are none. */
function quoted(cell: string): readonly string[] {
	return [...cell.matchAll(/`([^`]*)`/g)].map(([, word = '']) => (word === '""' ? '' : word));
}

function readPage(name: string): Promise<string> {
	return readFile(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');
}
