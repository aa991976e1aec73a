import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The Java client with its defaults (idempotent, acks=all): admin, produce with one compression, a classic group. */
public class RoundTrip {
  private static final int RECORDS = 1000;

  public static void main(String[] args) throws Exception {
    String bootstrap = args[0];
    String compression = args[1];
    String topic = "java-" + compression;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      say("brokers", admin.describeCluster().nodes().get().size());
      admin.createTopics(List.of(new NewTopic(topic, Optional.of(3), Optional.of((short) 3)))).all().get();
      admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(4))).all().get();
      say("partitions", admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size());
      say("produced", produce(bootstrap, topic, compression));
      say("consumed", consume(bootstrap, topic, "group-" + topic));
      say("committed", admin.listConsumerGroupOffsets("group-" + topic).partitionsToOffsetAndMetadata().get()
          .values().stream().mapToLong(offset -> offset.offset()).sum());
    }
  }

  private static int produce(String bootstrap, String topic, String compression) throws Exception {
    Map<String, Object> config = Map.of("bootstrap.servers", bootstrap, "compression.type", compression, "linger.ms", 5);
    try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      for (int index = 0; index < RECORDS; index++) {
        var record = new ProducerRecord<>(topic, "key-" + index, "value-" + index + "-" + "x".repeat(100));
        record.headers().add("index", String.valueOf(index).getBytes());
        producer.send(record);
      }
      producer.flush();
    }
    return RECORDS;
  }

  private static int consume(String bootstrap, String topic, String group) {
    Map<String, Object> config = Map.of("bootstrap.servers", bootstrap, "group.id", group,
        "auto.offset.reset", "earliest", "enable.auto.commit", false);
    Map<String, String> seen = new HashMap<>();
    try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (seen.size() < RECORDS && System.nanoTime() < deadline) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          String index = new String(record.headers().lastHeader("index").value());
          if (record.value().startsWith("value-" + index + "-")) seen.put(record.key(), record.value());
        }
      }
      consumer.commitSync();
    }
    return seen.size();
  }

  private static void say(String name, long value) {
    System.out.println(name + "=" + value);
  }
}
