/** What may be wrong with clusters, their objects, and what is kept there. */
export const clusterProblems = {
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
	W_NUDGE_REFUSED: {
		meaning: 'A GitOps tool cannot be told of a push',
		remedy: 'grant the named verb on the named resource; until then the tool looks by itself, only later',
	},
} as const;
