using Npgsql;
using Tiffin.Cli;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Verify;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Storage.Verify;

public sealed class VerifyTests(SmallHistory history) : IClassFixture<SmallHistory>
{
    /// <summary>Unlike the server's sessions, whose limits would end the verification of a large log.</summary>
    [Fact]
    public async Task A_verification_has_no_timeouts()
    {
        var settings = new NpgsqlConnectionStringBuilder(history.ConnectionString)
        {
            Options = "-c idle_in_transaction_session_timeout=1",
        };
        await using var session = await Verification.Open(settings.ConnectionString, default);

        (await Sql.SingleRow(session, "SHOW idle_in_transaction_session_timeout", row => row.GetString(0), default))
            .ShouldBe("0");
        session.CommandTimeout.ShouldBe(0);
    }

    [Fact]
    public async Task An_undamaged_database_passes_and_every_invariant_has_checked_rows()
    {
        var (exitCode, lines) = await Verify(history.ConnectionString);

        exitCode.ShouldBe(0, string.Join('\n', lines));
        lines[..^1].ShouldAllBe(line => line.StartsWith("ok "));
        lines[^1].ShouldBe("All invariants hold.");
        await foreach (var finding in Verification.Run(history.ConnectionString, Server.Invariants, default))
            finding.Checked.ShouldBeGreaterThan(0, finding.Invariant.Name);
    }

    [Fact]
    public void Every_invariant_is_tested_with_a_damage() =>
        Damages.All.Select(damage => (string)damage[0]).Distinct().Order()
            .ShouldBe(Server.Invariants.Select(invariant => invariant.Name).Order());

    [Theory]
    [MemberData(nameof(Damages.All), MemberType = typeof(Damages))]
    public async Task A_damage_is_reported_by_its_invariant(string invariant, string damage)
    {
        var copy = await history.Copy();
        await Session.Run(copy, damage);

        var (exitCode, lines) = await Verify(copy);

        exitCode.ShouldBe(1);
        lines.Single(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1] == invariant)
            .ShouldMatch("^WRONG .* checked +[1-9][0-9]* wrong  .*; for example .+$");
    }

    [Fact]
    public async Task A_log_whose_beginning_was_dropped_is_verified_from_its_first_event()
    {
        // The first partition ends between the first and the second event of an order.
        var copy = await history.Copy();
        await Session.Run(copy, """
            CREATE TABLE shift AS SELECT 10000000 - positions[2] AS by FROM orders WHERE kitchen = 1 AND number = 2;
            UPDATE events SET position = position + (SELECT by FROM shift);
            UPDATE orders SET positions = (
                SELECT array_agg(position + by ORDER BY position) FROM unnest(positions) AS position, shift);
            UPDATE movements SET position = position + (SELECT by FROM shift), positions = (
                SELECT array_agg(position + by ORDER BY position) FROM unnest(positions) AS position, shift);
            UPDATE subscribers SET position = position + (SELECT by FROM shift);
            DROP TABLE events_000000
            """);

        var (exitCode, lines) = await Verify(copy);
        exitCode.ShouldBe(0, string.Join('\n', lines));

        await Session.Run(copy, "UPDATE stock_rows SET on_hand[1] = on_hand[1] + 1 WHERE kitchen = 1");
        (exitCode, lines) = await Verify(copy);
        exitCode.ShouldBe(1);
        lines.ShouldContain(line => line.StartsWith("WRONG stock_on_hand"));
    }

    [Fact]
    public async Task A_database_of_another_version_is_not_verified()
    {
        var copy = await history.Copy();
        await Session.Run(copy, "DELETE FROM migrations WHERE version = (SELECT max(version) FROM migrations)");

        var (exitCode, lines) = await Verify(copy);

        exitCode.ShouldBe(2);
        lines.ShouldHaveSingleItem().ShouldContain("tiffin migrate");
    }

    static async Task<(int ExitCode, string[] Lines)> Verify(string connectionString)
    {
        var output = new StringWriter();
        var exitCode = await VerifyCommand.Run(connectionString, output);
        return (exitCode, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
