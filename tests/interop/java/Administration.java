import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** What the Java admin client can ask about and do to a cluster. */
public class Administration {
  private static final String TOPIC = "java-admin";
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

  public static void main(String[] args) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", args[0]))) {
      var cluster = admin.describeCluster();
      say("nodes", cluster.nodes().get().size());
      say("controller", cluster.controller().get().id() > 0 ? 1 : 0);
      var features = admin.describeFeatures().featureMetadata().get();
      say("metadataVersion", features.finalizedFeatures().containsKey("metadata.version") ? 1 : 0);
      var quorum = admin.describeMetadataQuorum().quorumInfo().get();
      say("voters", quorum.voters().size());
      say("quorumLeader", quorum.leaderId() > 0 ? 1 : 0);

      admin.createTopics(List.of(new NewTopic(TOPIC, Map.of(0, List.of(1, 2))))).all().get();
      say("replicas", replicas(admin).size());
      admin.alterPartitionReassignments(Map.of(PARTITION, Optional.of(new NewPartitionReassignment(List.of(3, 2)))))
          .all().get();
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while ((!replicas(admin).equals(List.of(3, 2)) || !admin.listPartitionReassignments().reassignments().get().isEmpty())
          && System.nanoTime() < deadline) Thread.sleep(50);
      say("moved", replicas(admin).equals(List.of(3, 2)) ? 1 : 0);
      say("notNeeded", admin.electLeaders(ElectionType.PREFERRED, Set.of(PARTITION)).partitions().get()
          .get(PARTITION).isPresent() ? 1 : 0);

      var resource = new ConfigResource(ConfigResource.Type.TOPIC, TOPIC);
      var set = new AlterConfigOp(new ConfigEntry("retention.ms", "12345"), AlterConfigOp.OpType.SET);
      admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
      say("retention", Long.parseLong(
          admin.describeConfigs(List.of(resource)).all().get().get(resource).get("retention.ms").value()));
      long logDirs = admin.describeLogDirs(List.of(1, 2, 3)).allDescriptions().get().values().stream()
          .flatMap(directories -> directories.values().stream())
          .filter(directory -> directory.replicaInfos().containsKey(PARTITION)).count();
      say("replicasOnDisk", logDirs);
      admin.deleteTopics(List.of(TOPIC)).all().get();
      say("deleted", admin.listTopics().names().get().contains(TOPIC) ? 0 : 1);
    }
  }

  private static List<Integer> replicas(Admin admin) throws Exception {
    return admin.describeTopics(List.of(TOPIC)).allTopicNames().get().get(TOPIC).partitions().get(0).replicas()
        .stream().map(node -> node.id()).toList();
  }

  private static void say(String name, long value) {
    System.out.println(name + "=" + value);
  }
}
