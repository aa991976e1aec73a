import type { xray as words } from '../en/xray.ts'

export const xray: typeof words = {
  title: '리밸런싱',
  past: '리밸런싱, 최신순',
  share:
    '공유 그룹은 리밸런싱하지 않습니다. 멤버들이 같은 파티션을 나란히 읽으며, 누가 들어오거나 나가도 아무도 멈추지 않습니다.',
  none: '아직 리밸런싱이 없습니다',
  noneHint: '멤버가 들어오거나 나가거나 바뀌면 원인과 함께 여기에 그려집니다.',
  remote:
    '그룹이 리밸런싱하는 이유는 코디네이터만 압니다. 원격 클러스터에서는 조회로 보이는 것만 표시합니다.',
  remoteNone: '이 페이지를 연 뒤로 상태 변화가 없습니다.',
  seen: '{from} → {to}',
  membersSeen: '멤버 {n}명',
  runs: '진행 중',
  cause: '원인',
  then: '{ms} 뒤:',
  stopTheWorld: '전체 정지 시간',
  duration: '소요 시간',
  generation: '세대',
  epoch: '그룹 에포크',
  assignor: '할당자',
  counts: { generation: '세대 {before} → {after}', epoch: '그룹 에포크 {before} → {after}' },
  legend: '단계',
  lanes: '리밸런싱 중의 멤버',
  leader: '리더',
  new: '신규',
  stopped: '정지 시간',
  phases: {
    working: '작업 계속',
    revoke: '반납',
    join: '참여',
    sync: '동기화',
    assign: '할당',
    stable: '안정',
  },
  gone: {
    left: '나감',
    pollTimeout: '나감: 폴링하지 않음',
    removed: '제거됨',
    sessionExpired: '세션 만료',
    rebalanceTimeout: '제때 다시 참여하지 않음',
    syncTimeout: '할당을 요청하지 않음',
    replaced: '교체됨',
    offsetsReset: '오프셋 설정',
    groupTooLarge: '그룹 크기 초과',
  },
  assignment: '전후 할당',
  before: '이전',
  after: '이후',
  moved: '파티션 {of}개 중 {n}개가 이동했습니다.',
  kept: '이전에 할당된 {of}개 중 {n}개({percent} %)가 같은 멤버에 남았습니다.',
  foreign: '이 그룹의 할당은 자체 형식입니다.',
  bytes: '{n}바이트',
  causes: {
    memberJoined: '{client}이(가) 그룹에 참여했습니다.',
    memberLeft: '{client}이(가) 그룹에서 나갔습니다.',
    pollTimeout:
      '{client}이(가) 나갔습니다. 애플리케이션이 제때 폴링하지 않았습니다. 하트비트는 정상이었고 마지막은 {heartbeat}초 전입니다.',
    memberRemoved: '{client}이(가) 그룹에서 제거되었습니다.',
    sessionExpired:
      '{client}의 세션이 만료되었습니다. 마지막 하트비트는 {silent}초 전이고 세션 제한 시간은 {sessionTimeout}초입니다.',
    metadataChanged: '{client}이(가) 바뀐 메타데이터로 다시 참여했습니다.',
    subscriptionChanged: '{client}의 구독이 바뀌었습니다(추가: {added}, 제거: {removed}).',
    partitionsRevoked:
      '{client}이(가) 다른 멤버를 위해 파티션을 반납하고 다시 참여했습니다. 협력적 리밸런싱의 두 번째 단계입니다.',
    partitionsGrown:
      '{topic}의 파티션이 {from}개에서 {to}개로 늘어, 리더 {client}이(가) 나누어 주려고 다시 참여했습니다.',
    leaderRejoined: '리더 {client}이(가) 다시 참여했습니다.',
    staticMemberReturned: '정적 멤버 {client}이(가) 돌아왔고 다른 할당자를 지원합니다.',
    syncMissingPlain: '한 멤버가 {timeout}초 안에 할당을 요청하지 않아 제거되었습니다.',
    groupTooLargePlain: '그룹의 멤버는 {members}명이고 최대 {maxMembers}명입니다.',
    epoch: {
      memberJoined: '{client}이(가) 그룹에 참여했습니다.',
      memberLeft: '{client}이(가) 그룹에서 나갔습니다.',
      sessionExpired:
        '{client}의 세션이 만료되었습니다. 마지막 하트비트는 {silent}초 전이고 세션 제한 시간은 {sessionTimeout}초입니다.',
      sessionExpiredUnheard:
        '{client}의 세션이 만료되었습니다. 코디네이터가 바뀐 뒤로 아무 소식이 없었습니다.',
      rebalanceTimeout:
        '{client}이(가) 리밸런싱 제한 시간 {rebalanceTimeout}초 안에 파티션을 반납하지 않아 제거되었습니다.',
      syncMissing: '{client}이(가) 제때 할당을 요청하지 않아 제거되었습니다.',
      staticMemberReturned: '정적 멤버 {client}이(가) 돌아왔습니다.',
      subscriptionChanged: '{client}의 구독이 {before}에서 {now}(으)로 바뀌었습니다.',
      assignorChanged: '{client}이(가) 할당자를 {before}에서 {now}(으)로 바꾸도록 요청했습니다.',
      partitionsChanged: '코디네이터가 보지 않는 동안 구독한 토픽이 바뀌었습니다.',
      askedFor: '요청에 따라 시작되었습니다.',
      offsetsReset: '그룹의 오프셋을 설정했습니다. 멤버가 다시 참여해야 합니다.',
      protocolChanged: '그룹의 프로토콜이 바뀌었습니다.',
    },
    changes: {
      grown: '{topic}의 파티션이 {from}개에서 {to}개로 늘었습니다.',
      appeared: '토픽 {topic}이(가) 파티션 {to}개로 생겼습니다.',
      deleted: '토픽 {topic}이(가) 삭제되었습니다.',
      recreated: '토픽 {topic}이(가) 삭제된 뒤 다시 생성되었습니다.',
      racksMoved: '{topic}의 복제본이 다른 랙으로 이동했습니다.',
    },
    offsetsResetPlain: '그룹의 오프셋을 설정했습니다. 멤버가 다시 참여해야 합니다.',
    askedForPlain: '요청에 따라 시작되었습니다.',
  },
  remarks: {
    'static-member-returned':
      '정적 멤버 {groupInstanceId}이(가) 세션 안에 돌아와 리밸런싱이 필요하지 않았습니다.',
    'static-member-away':
      '정적 멤버 {groupInstanceId}이(가) 돌아오려고 나갔습니다. {sessionTimeout}초 동안 파티션을 유지합니다.',
    'group-coordinator-loaded': '브로커 {broker}이(가) 코디네이터를 맡았습니다. 세션이 새로 시작되었습니다.',
  },
}
