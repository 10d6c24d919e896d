using Tiffin.Engine.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Storage;

public sealed class OrderTimerTableTests
{
    [Theory]
    [InlineData("nestloop")]
    [InlineData("hashjoin")]
    [InlineData("mergejoin")]
    public async Task Due_timers_are_in_order_for_every_join_strategy_of_the_planner(string way)
    {
        await using var database = new Database(await PostgresFixture.CreateDatabase());
        await using var connection = await database.OpenBackground(default);
        string[] others = [.. new[] { "nestloop", "hashjoin", "mergejoin" }.Except([way])];
        foreach (var other in others) await Sql.Run(connection, $"SET enable_{other} = off", default);
        await Sql.Run(connection, """
            INSERT INTO order_timers
            SELECT now() - n * interval '1 second', gen_random_uuid() FROM generate_series(1, 100) AS n
            """, default);

        var due = await OrderTimerTable.Due(connection, DateTimeOffset.UtcNow, 500, default);

        due.Count.ShouldBe(100);
        due.Select(timer => timer.DueAt).ShouldBeInOrder();
    }
}
