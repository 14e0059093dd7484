/** What may be wrong with policies, spillway.yaml, manifests that are checked, and flags. */
export const documentProblems = {
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
	E_REFERENCE: { meaning: 'A name that is declared nowhere', remedy: 'declare it or correct the name' },
	E_CONFLICT: { meaning: 'Two policies claim one target', remedy: 'delete one of the two policies' },
	E_NOT_FOUND: {
		meaning: 'A file or folder given on the command line does not exist',
		remedy: 'check the path',
	},
	E_FLAG: { meaning: 'A flag or argument is wrong', remedy: 'see spillway --help' },
	E_RUNTIME: { meaning: 'The Node version is not supported', remedy: 'install Node ^22.20, ^24.12 or >=26' },
	E_TARGET_FIELDS: {
		meaning: 'Fields of spec.target that do not go together',
		remedy: 'remove one of them',
	},
	E_OWNED_VIA: {
		meaning: 'An owned target that is moved by patches one way and through Git the other',
		remedy: 'use the same via for failover and failback',
	},
	E_ESCALATION: {
		meaning: 'An escalation that would not work',
		remedy: 'remove spec.failover.escalate, or mend what the message names',
	},
	E_AUTO_MERGE: {
		meaning: 'A failback that is to be merged by itself, but is no pull request',
		remedy: 'remove spec.failback.autoMerge, or use spec.failback.via: PullRequest',
	},
	E_RAMP: {
		meaning: 'Steps of a ramp that do not rise to 100',
		remedy: 'write rising percentages that end in 100, such as [10, 50, 100]',
	},
	E_LOGIN: {
		meaning: 'Not the login of a person, nor the name of a team',
		remedy: 'write the login without @, or team:name for a team',
	},
	E_LABEL: {
		meaning: 'A label that forges do not take',
		remedy: 'write one line without commas',
	},
	E_LINK: {
		meaning: 'A link that pull requests cannot carry',
		remedy: 'write an address such as https://grafana.example.com/d/failover?var-policy={{policy}}',
	},
	E_SYNCER_FIELDS: {
		meaning: 'Fields of a cluster’s syncer that do not go together',
		remedy: 'remove one of them',
	},
	E_IDENTITY: {
		meaning: 'An author or committer that Git does not take',
		remedy: 'write a name without < and >, and an address such as bot@example.com',
	},
	E_TEMPLATE: {
		meaning: 'A template of a commit message or of a link that cannot be filled in',
		remedy: 'use the variables that docs/policy.md lists',
	},
	W_SYNCED_FOLDER: {
		meaning:
			'A document of Spillway in a folder that Flux or Argo CD applies, without the annotations that make them pass over it',
		remedy: 'add the annotations config.kubernetes.io/local-config: "true" and argocd.argoproj.io/hook: Skip',
	},
} as const;
