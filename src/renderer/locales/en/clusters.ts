export const addCluster = {
  title: 'Add a cluster by address',
  lead: 'Any Apache Kafka cluster this machine can reach. Only its address is kept, on this machine.',
  name: 'Name',
  serversHint: 'host:port of one or more brokers, separated by commas. The others are found by themselves.',
  wrongAddress: '“{address}” is no address: write host:port.',
  noSecurity: 'Without TLS and authentication.',
  test: 'Test connection',
  testing: 'Trying every address',
  submit: 'Add cluster',
  result: 'Result of the test',
  advertised: 'Addresses the brokers give to clients',
  answers: 'answers',
  verdict: {
    good: '1 broker answers. | All {n} brokers answer.',
    partly: 'The cluster answers, but not on every address.',
    advertised: 'The cluster answers, but sends its clients to addresses that can’t be reached.',
    bad: 'No Kafka broker answers on any of these addresses.',
  },
}

/** Of the clusters page; joined to the words about clusters that the shell has. */
export const clustersPage = {
  remote: 'Remote',
  remoteBrokers: 'Remote · 1 broker | Remote · {n} brokers',
  addByAddress: 'Add cluster by address',
  addBroker: 'Add broker',
  localHint: 'Their brokers run on this machine.',
  remoteHint: 'Known by their address. Start, stop and kill are up to whoever runs them.',
  remoteClusters: 'Clusters by address',
  noLocal: 'No cluster on this machine yet.',
  noRemote: 'No cluster has been added by address yet.',
  disk: 'Disk used',
  exactBytes: '{n} bytes',
  uptime: 'Uptime',
  roundTrip: 'Round trip',
  topicsUnknown: 'Known while the cluster runs',
  open: 'Open',
  openNamed: 'Open cluster {name}',
  rename: 'Rename',
  renameNamed: 'Rename cluster {name}',
  newName: 'New name of {name}',
  runByOtherName: 'Another process runs it and keeps its name. Stop it first.',
  cancel: 'Cancel',
  delete: 'Delete',
  deleteNamed: 'Delete cluster {name}',
  deleteOnlyStopped: 'Only a stopped cluster can be deleted',
  remove: 'Remove',
  removeNamed: 'Remove cluster {name}',
  deletion: {
    title: 'Delete cluster {name}',
    counting: 'Counting what is in it',
    text: 'Deletes {records} in {topics} and frees {bytes} on disk. There is no way back.',
    records: '{n} record | {n} records',
    topics: '{n} topic | {n} topics',
    typeName: 'Type {name} to delete it',
    submit: 'Delete cluster',
  },
  removal: {
    title: 'Remove cluster {name}',
    text: 'Ottla forgets this address. Nothing happens to the cluster itself.',
    submit: 'Remove cluster',
  },
}

export const remoteStates = {
  connecting: 'Connecting',
  reachable: 'Answers',
  unreachable: 'Unreachable',
}

/** Of the overview of a remote cluster. */
export const remoteOverview = {
  localOnly: 'Only brokers of a local cluster can be started, stopped, killed and added here.',
  addBrokerHint: 'Starts one more, with the next id and the next free port',
  controllerUnknown: 'unknown',
  controllerNode: 'Node {id}',
  noBroker: 'no broker',
  connecting: 'Asking for the first time',
  answersIn: 'answers in {duration}',
  unreachableSince: 'Unreachable since {at}.',
}

export const clusterFailures = {
  NOBODY_LISTENS: {
    cause: 'Nothing listens on this address.',
    remedy: 'Start the broker, or correct the port.',
  },
  NO_CONNECTION: {
    cause: 'The address does not answer.',
    remedy: 'Check the address, the VPN and the firewalls between.',
  },
  NOT_KAFKA: {
    cause: 'What listens there is no Kafka broker, or one that wants TLS.',
    remedy: 'Correct the port, or use a listener without TLS.',
  },
  WANTS_TLS: {
    cause: 'The listener wants TLS.',
    remedy: 'Use a listener without TLS: Ottla can’t encrypt yet.',
  },
  WANTS_LOGIN: {
    cause: 'The broker hung up on a client that did not log in.',
    remedy: 'Use a listener without authentication: Ottla can’t log in yet.',
  },
  TOO_OLD: {
    cause: 'The broker is older than Kafka 2.1.',
    remedy: 'Use a cluster of Kafka 2.1 or newer.',
  },
  ADVERTISED_UNREACHABLE: {
    cause: 'The broker sends its clients to this address, which can’t be reached from here.',
    remedy: 'Set its advertised.listeners to an address that this machine reaches.',
  },
  NOT_STOPPED: { cause: 'The cluster is running.', remedy: 'Stop it first.' },
  RUN_BY_OTHER: { cause: 'Another process runs the cluster and keeps its name.', remedy: 'Stop it first.' },
  OTHER_NAME: { cause: 'The cluster has another name by now.', remedy: 'Type the name as it stands.' },
  TOO_MANY_BROKERS: {
    cause: 'A local cluster has at most 9 brokers.',
    remedy: 'Create another cluster for more.',
  },
}
