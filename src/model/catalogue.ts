/** Exit statuses of the command line: 0 fine, 1 check failed, 2 usage, 78 configuration (sysexits' EX_CONFIG). */
export type ExitStatus = 0 | 1 | 2 | 78;

/**
 * Every error and warning a person may have to mend. Codes are stable: documented in docs/errors.md, never
 * reused. `meaning` is the code's line there; `remedy` is what to do when the place that reports it knows
 * nothing better.
 */
export const catalogue = {
	E_EMPTY_FILE: { meaning: 'A policy file has no content', remedy: 'delete the file or add a policy' },
	E_ENCODING: { meaning: 'A file is not UTF-8', remedy: 'save it as UTF-8' },
	E_FILE_TOO_LARGE: { meaning: 'A policy file is over 256 KiB', remedy: 'split it into several files' },
	E_CONTROL_CHAR: { meaning: 'A control or invisible character', remedy: 'remove the character' },
	E_YAML_SYNTAX: { meaning: 'Not valid YAML', remedy: 'mend the YAML at this place' },
	E_JSON_SYNTAX: { meaning: 'Not valid JSON', remedy: 'mend the JSON at this place' },
	E_YAML_DEPTH: { meaning: 'Nested deeper than 64 levels', remedy: 'flatten the document' },
	E_YAML_ALIAS_LIMIT: { meaning: 'Aliases expand to more than 100 nodes', remedy: 'write the values out' },
	E_YAML_MERGE: { meaning: 'A merge key (<<)', remedy: 'write the merged fields out' },
	E_YAML_TAG: { meaning: 'A YAML tag', remedy: 'remove the tag' },
	E_YAML_AMBIGUOUS: {
		meaning: 'A scalar that YAML 1.1 and 1.2 read differently',
		remedy: 'quote it or write it plainly',
	},
	E_DUPLICATE_KEY: { meaning: 'A key stands twice in one mapping', remedy: 'keep one of them' },
	E_UNKNOWN_FIELD: { meaning: 'A field that does not exist', remedy: 'remove it or correct its name' },
	E_NOT_SUPPORTED: {
		meaning: 'A documented field or value that this version does not act on yet',
		remedy: 'remove it until a later version supports it',
	},
	E_REQUIRED: { meaning: 'A required field is missing', remedy: 'add the field' },
	E_API_VERSION: {
		meaning: 'An apiVersion of the group spillway.dev that is not known',
		remedy: 'use spillway.dev/v1alpha1',
	},
	E_KIND: {
		meaning: 'A kind of the group spillway.dev that is not known',
		remedy: 'use FailoverPolicy or SpillwayConfig',
	},
	E_TYPE: { meaning: 'A value of the wrong type', remedy: 'write a value of the expected type' },
	E_ENUM: { meaning: 'A value that is not one of those allowed', remedy: 'use one of the expected values' },
	E_RANGE: { meaning: 'A value outside its range', remedy: 'use a value inside the range' },
	E_DURATION: { meaning: 'Not a duration', remedy: 'write a duration such as 30s, 2m or 1h30m' },
	E_MIN_ITEMS: { meaning: 'A list with too few items', remedy: 'add an item' },
	E_LIMIT: { meaning: 'More of something than Spillway handles', remedy: 'split it up' },
	E_ALL_ZERO: { meaning: 'Weights that add up to 0', remedy: 'give at least one backend a weight above 0' },
	E_NAME_DNS1035: {
		meaning: 'Not a legal Service name',
		remedy: 'use at most 63 of a-z, 0-9 and -, starting with a letter',
	},
	E_NAME_DNS1123: { meaning: 'Not a legal Kubernetes name', remedy: 'use at most 63 of a-z, 0-9 and -' },
	E_INDENTATION: {
		meaning: 'Fields of a TrafficSplit stand beside metadata or spec, not under them',
		remedy: 'indent the lines named',
	},
	E_PRIMARY: {
		meaning: 'The annotation primary-service names no backend of its TrafficSplit',
		remedy: 'name one of the backends; without the annotation the first one is the primary',
	},
	W_OLD_LABEL: {
		meaning: 'The label by which early versions of linkerd-failover selected TrafficSplits',
		remedy: 'label it failover.linkerd.io/controlled-by instead; Spillway knows both',
	},
	W_SHARED_APEX: {
		meaning: 'Two TrafficSplits for one Service',
		remedy: 'keep one of them: linkerd-smi lets the last one written win',
	},
	W_MUTUAL_FAILOVER: {
		meaning: 'Two clusters fail over to each other for one exported Service',
		remedy:
			'export a Service of its own for the local pods, and split the unexported one over it and the mirror',
	},
	W_BACKEND_KIND: {
		meaning: 'A backend is a headless or ExternalName Service, to which splits cannot send traffic',
		remedy: 'use a Service with a cluster IP',
	},
	E_CROSS_NAMESPACE: {
		meaning: 'A backend named outside the split’s namespace',
		remedy: 'use a Service of the same namespace, for example a mirrored one',
	},
	E_DUPLICATE_BACKEND: { meaning: 'A backend stands twice in one policy', remedy: 'keep one of them' },
	E_PATH: {
		meaning: 'A path that leaves the repository or is not addressable',
		remedy: 'use a relative path inside the repository',
	},
	E_REFNAME: { meaning: 'Not a valid branch name', remedy: 'name a branch, such as main' },
	E_URL: {
		meaning: 'Not a usable repository URL',
		remedy: 'write it as https://host/path or ssh://git@host/path',
	},
	E_URL_SCHEME: { meaning: 'A repository URL scheme that is not allowed', remedy: 'use https or ssh' },
	E_REFERENCE: { meaning: 'A name that is declared nowhere', remedy: 'declare it or correct the name' },
	E_CONFLICT: { meaning: 'Two policies claim one target', remedy: 'delete one of the two policies' },
	E_NOT_FOUND: {
		meaning: 'A file or folder given on the command line does not exist',
		remedy: 'check the path',
	},
	E_FLAG: { meaning: 'A flag or argument is wrong', remedy: 'see spillway --help' },
	E_RUNTIME: { meaning: 'The Node version is not supported', remedy: 'install Node ^22.20, ^24.12 or >=26' },
	E_KUBECONFIG: {
		meaning: 'No usable kubeconfig or context',
		remedy: 'check --kubeconfig and the contexts in spillway.yaml',
	},
	E_KUBECONFIG_TLS: {
		meaning: 'A kubeconfig that skips TLS verification',
		remedy: 'give the cluster’s CA, or pass --allow-insecure-kube',
	},
	E_CLUSTER_UNREACHABLE: {
		meaning: 'A cluster’s API does not answer',
		remedy: 'check the server address and the network; Spillway keeps trying',
	},
	E_CLUSTER_AUTH: {
		meaning: 'A cluster refuses the credentials',
		remedy: 'renew the credentials of this context',
	},
	E_FORBIDDEN: {
		meaning: 'The credentials lack a right',
		remedy: 'grant the named verb on the named resource',
	},
	E_CRD_MISSING: {
		meaning: 'The cluster does not serve TrafficSplits',
		remedy: 'install linkerd-smi, or the TrafficSplit CRD; Spillway keeps trying',
	},
	E_TARGET_MISSING: {
		meaning: 'The target does not exist on its cluster',
		remedy: 'create it, or correct spec.target',
	},
	E_TARGET_INVALID: { meaning: 'The target cannot carry weights', remedy: 'mend the object named' },
	E_BACKEND_MISSING: {
		meaning: 'A backend’s Service does not exist',
		remedy: 'create the Service, or correct the name',
	},
	E_OBJECT_INVALID: {
		meaning: 'An object on the cluster that cannot be read',
		remedy: 'mend the object named; the others are not affected',
	},
	W_WATCH_EVENT: {
		meaning: 'A watch event that cannot be understood',
		remedy: 'nothing to do: the stream is resumed, the event is counted',
	},
	W_LIST_STALE: {
		meaning: 'A list that does not show one recent state',
		remedy: 'nothing to do unless it lasts: it is asked for again',
	},
	E_WRITE_REFUSED: {
		meaning: 'A cluster refuses a write by validation or admission',
		remedy: 'mend what the server’s message names',
	},
	E_LEASE: {
		meaning: 'The Lease of the leader election cannot be read or written',
		remedy: 'check the API server and the rights on leases; without its Lease Spillway writes nothing',
	},
	E_LEDGER: {
		meaning: 'The ledger cannot be loaded or saved',
		remedy: 'mend what the message names; moves go on, and it is tried again',
	},
	E_LEDGER_TOO_LARGE: {
		meaning: 'The ledger is larger than its store takes',
		remedy: 'run with more --shards; moves go on, but a restart forgets what was not saved',
	},
	E_LEDGER_UNREADABLE: {
		meaning: 'The saved ledger cannot be read',
		remedy: 'nothing to do: it is put aside, and the policies start without memory, which moves nothing',
	},
	W_LEDGER_ENTRY: {
		meaning: 'One policy’s entry in the ledger cannot be read',
		remedy: 'nothing to do: the policy starts without memory, which moves nothing',
	},
	E_CONTESTED: {
		meaning: 'Somebody else keeps undoing the weights',
		remedy: 'let one of the two write them',
	},
	E_ADAPTOR_STALLED: {
		meaning: 'linkerd-smi does not bring a ServiceProfile up to date with its TrafficSplit',
		remedy: 'see whether linkerd-smi runs, and read its log; Spillway keeps looking',
	},
	E_TARGET_FIELDS: {
		meaning: 'Fields of spec.target that do not go together',
		remedy: 'remove one of them',
	},
	E_OWNED_VIA: {
		meaning: 'An owned target that is to be moved by commits',
		remedy: 'use via: Direct, or ownership: Adopted with the manifest in the repository',
	},
	E_GIT_MISSING: { meaning: 'No usable git program', remedy: 'install git 2.34 or newer' },
	E_GIT_UNREACHABLE: {
		meaning: 'The repository cannot be reached',
		remedy: 'check the URL, the network and the credentials; Spillway keeps trying',
	},
	E_GIT_AUTH: { meaning: 'The repository refuses the credentials', remedy: 'renew the credentials' },
	E_GIT_BRANCH: { meaning: 'The branch does not exist', remedy: 'create the branch, or correct --branch' },
	E_GIT_EMPTY: { meaning: 'The repository has no commits', remedy: 'push a first commit with spillway.yaml' },
	E_GIT_PATH: {
		meaning: 'A file or folder is not in the repository',
		remedy: 'add it, or correct the path in spillway.yaml',
	},
	E_GIT_MODE: {
		meaning: 'A symlink or submodule where a file is expected',
		remedy: 'commit a regular file; symlinks and submodules are not followed',
	},
	E_GIT_REFUSED: { meaning: 'The server refused the push', remedy: 'let this identity push to the branch' },
	E_MANIFEST_MISSING: {
		meaning: 'The target’s manifest is not in the cluster’s folder',
		remedy: 'commit the TrafficSplit’s manifest under that folder',
	},
	E_MANIFEST_AMBIGUOUS: {
		meaning: 'The target’s manifest stands more than once in the cluster’s folder',
		remedy: 'keep one of the two',
	},
	E_MANIFEST_WEIGHT: {
		meaning: 'A weight that cannot be edited in place',
		remedy: 'write each weight as a plain integer',
	},
} as const;

export type ProblemCode = keyof typeof catalogue;
