package dev.guildhall.ledger;

import dev.guildhall.ledger.Commits.Charged;
import dev.guildhall.ledger.store.Jdbc;
import dev.guildhall.planner.cost.Period;
import dev.guildhall.planner.cost.UsageTotal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Rows of usage_event. */
final class UsageRows {
  private UsageRows() {}

  /** The usage as it was reported. */
  static Optional<Usage> find(Jdbc jdbc, String id) throws SQLException {
    return jdbc.first(
        "select * from usage_event where id = ?",
        row ->
            new Usage(
                row.getString("id"),
                row.getString("tenant"),
                row.getString("key_id"),
                row.getString("model"),
                row.getString("deployment"),
                row.getString("group_name"),
                row.getLong("reported_nanos"),
                row.getLong("prompt_tokens"),
                row.getLong("cached_tokens"),
                row.getLong("completion_tokens"),
                row.getLong("prefill_nanos"),
                row.getLong("decode_nanos"),
                row.getInt("ranks"),
                row.getString("outcome"),
                new Usage.Elsewhere(
                    row.getString("elsewhere_group"),
                    row.getLong("elsewhere_nanos"),
                    row.getInt("elsewhere_ranks"))),
        id);
  }

  static Charged charged(Jdbc jdbc, String id) throws SQLException {
    return jdbc.first(
            "select * from usage_event where id = ?",
            row ->
                new Charged(
                    Jdbc.decimal(row, "charge_input"),
                    Jdbc.decimal(row, "charge_cached"),
                    Jdbc.decimal(row, "charge_output"),
                    !row.getString("rate_card").isEmpty(),
                    true),
            id)
        .orElseThrow();
  }

  static void insert(
      Jdbc jdbc,
      String reservation,
      Usage usage,
      long at,
      long received,
      String rateCard,
      int rateVersion,
      Charged charged)
      throws SQLException {
    jdbc.update(
        "insert into usage_event values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        usage.id(),
        reservation,
        usage.tenant(),
        usage.key(),
        usage.model(),
        usage.deployment(),
        usage.group(),
        at,
        usage.at(),
        received,
        usage.promptTokens(),
        usage.cachedTokens(),
        usage.completionTokens(),
        usage.prefillNanos(),
        usage.decodeNanos(),
        usage.ranks(),
        usage.outcome(),
        rateCard,
        rateVersion,
        charged.input(),
        charged.cached(),
        charged.output(),
        usage.elsewhere().group(),
        usage.elsewhere().nanos(),
        usage.elsewhere().ranks());
  }

  /**
   * What ended within a period, summed per key, model and group. A request's tokens and charges are
   * with the group that answered, its time with the groups that spent it.
   */
  static List<UsageTotal> totals(Jdbc jdbc, Period period) throws SQLException {
    String answered =
        "select tenant, key_id, model, deployment, group_name, 1 request, prompt_tokens - cached_tokens input_tokens,"
            + " cached_tokens cached, completion_tokens output_tokens, cast(prefill_nanos as decimal(38)) * ranks prefill,"
            + " cast(decode_nanos as decimal(38)) * ranks decode, charge_input ci, charge_cached cc, charge_output co"
            + " from usage_event where at_nanos >= ? and at_nanos < ?";
    String helped =
        "select tenant, key_id, model, deployment, elsewhere_group, 0, 0, 0, 0,"
            + " cast(elsewhere_nanos as decimal(38)) * elsewhere_ranks, 0, 0, 0, 0"
            + " from usage_event where at_nanos >= ? and at_nanos < ? and elsewhere_group <> ''";
    String keys = "tenant, key_id, model, deployment, group_name";
    return jdbc.all(
        "select "
            + keys
            + ", sum(request) requests, sum(input_tokens) input_tokens, sum(cached) cached, sum(output_tokens) output_tokens,"
            + " sum(prefill) prefill, sum(decode) decode, sum(ci) ci, sum(cc) cc, sum(co) co from ("
            + answered
            + " union all "
            + helped
            + ") part group by "
            + keys
            + " order by "
            + keys,
        UsageRows::total,
        period.from(),
        period.to(),
        period.from(),
        period.to());
  }

  private static UsageTotal total(ResultSet row) throws SQLException {
    return new UsageTotal(
        row.getString("tenant"),
        row.getString("key_id"),
        row.getString("model"),
        row.getString("deployment"),
        row.getString("group_name"),
        row.getLong("requests"),
        row.getLong("input_tokens"),
        row.getLong("cached"),
        row.getLong("output_tokens"),
        whole(row, "prefill"),
        whole(row, "decode"),
        Jdbc.decimal(row, "ci"),
        Jdbc.decimal(row, "cc"),
        Jdbc.decimal(row, "co"));
  }

  private static BigInteger whole(ResultSet row, String column) throws SQLException {
    return row.getBigDecimal(column).toBigIntegerExact();
  }
}
