export const colours = {
  choose: 'Colour of {name}',
  chooseHint: 'Colour',
  set: 'Colour of {name}: {colour}',
  none: 'No colour',
  named: {
    red: 'Red',
    orange: 'Orange',
    yellow: 'Yellow',
    green: 'Green',
    teal: 'Teal',
    blue: 'Blue',
    violet: 'Violet',
    pink: 'Pink',
  },
}

export const editCluster = {
  title: 'Edit {name}',
  lead: 'Its name and the addresses it is found at. Nothing happens to the cluster itself.',
  submit: 'Save',
  edit: 'Edit',
  editNamed: 'Edit cluster {name}',
}

export const quickOpen = {
  title: 'Open',
  placeholder: 'Find a topic, consumer group or cluster',
  none: 'No topic, group or cluster is called that',
  recent: 'Recent',
  all: 'All',
  kind: { topic: 'Topic', group: 'Consumer group', cluster: 'Cluster' },
  loading: 'Looking into the open clusters',
}

export const gone = {
  topic: 'Topic {name} no longer exists',
  topicHint: 'It was deleted, or this cluster never had it. The tab keeps its place in case it comes back.',
  browsed: 'Its records are gone with it.',
  group: 'Group {name} no longer exists',
  groupHint:
    'It was deleted, or nobody ever joined or committed under this name. The tab keeps its place in case it comes back.',
  showGroups: 'Show groups',
  showTopics: 'Show topics',
  closeTab: 'Close tab',
}
