using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain.Tests.Simulation;

/// <summary>
/// Compares random histories, each executed with several divisions into batches, with <see cref="Model"/>. A failure
/// prints the shortest history found and the seed; <c>TIFFIN_SEED=… ./test --quick</c> repeats it.
/// </summary>
public sealed class SimulationTests
{
    const int HistoriesMax = 60;
    const ulong Gamma = 0x9E3779B97F4A7C15;

    [Fact]
    public void A_history_matches_the_model_for_every_division_into_batches()
    {
        var seed = Environment.GetEnvironmentVariable("TIFFIN_SEED") is { } given
            ? ulong.Parse(given, CultureInfo.InvariantCulture)
            : (ulong)Random.Shared.NextInt64();
        var config = Config.QuickThrowOnFailure.WithReplay(seed, Gamma)
            .WithMaxTest(HistoriesMax).WithQuietOnSuccess(true);
        var cuts = Gen.Choose(0, int.MaxValue).ToArbitrary();
        try
        {
            Prop.ForAll(History.Any, cuts, Check).Check(config);
        }
        catch (Exception failure)
        {
            throw new ShouldAssertException(
                $"Repeat this with TIFFIN_SEED={seed}.{Environment.NewLine}{failure.Message}");
        }
    }

    static void Check(Moment[] history, int cut)
    {
        var random = new Random(cut);
        var expected = Expected(history, out var model);
        foreach (var sizeMax in new[] { 1, 3, 8, int.MaxValue })
        {
            var rows = new Rows();
            var log = new Log(rows);
            var got = new List<string>();
            foreach (var (now, commands) in Opening.Concat(History.Of(history)))
            {
                foreach (var batch in Cut(commands, () => sizeMax > 8 ? sizeMax : random.Next(sizeMax) + 1))
                {
                    foreach (var (decision, answer) in rows.Run(batch, now))
                    {
                        log.Add(decision);
                        got.Add(answer);
                    }
                    log.CheckLevels();
                }
            }
            if (!got.SequenceEqual(expected) || WrongTimes(rows, model) is not null)
                throw new ShouldAssertException(
                    Difference(history, expected, got, sizeMax) + WrongTimes(rows, model));
            OnHand(rows).ShouldBe(model.OnHand, ignoreOrder: true);
            log.Check();
        }
    }

    static IEnumerable<(DateTimeOffset, Command[])> Opening =>
    [
        (SmallChain.Noon, [.. SmallChain.Puts, History.Site, History.OtherSite, Delivery("k1"), Delivery("k2")]),
    ];

    static RecordMovements Delivery(string kitchen) => SmallChain.Record(kitchen == "k1" ? -2 : -3, kitchen,
        SmallChain.Move(MovementKind.Received, "rice", 2000), SmallChain.Move(MovementKind.Received, "potato", 900),
        SmallChain.Move(MovementKind.Received, "noodle", 1000));

    static List<string> Expected(Moment[] history, out Model model)
    {
        var clerk = model = new Model();
        return [.. Opening.Concat(History.Of(history)).SelectMany(moment =>
            moment.Item2.Select(command => clerk.Do(command, moment.Item1)))];
    }

    /// <summary>Divides commands into batches as the commit pipeline may.</summary>
    static IEnumerable<Command[]> Cut(Command[] commands, Func<int> size)
    {
        var batch = new List<Command>();
        var sizeMax = size();
        foreach (var command in commands)
        {
            batch.Add(command);
            if (batch.Count < sizeMax && !command.EndsBatch) continue;
            yield return [.. batch];
            batch.Clear();
            sizeMax = size();
        }
        if (batch.Count > 0) yield return [.. batch];
    }

    static IEnumerable<KeyValuePair<(string, string), long>> OnHand(Rows rows) =>
        from kitchen in rows.Catalogue.Kitchens.Values
        from ingredient in rows.Catalogue.Ingredients.Values
        let key = new StockKey(kitchen.Number, ingredient.Number)
        where rows.Stocks.ContainsKey(key)
        select KeyValuePair.Create((kitchen.Id, ingredient.Sku), rows.Stocks[key].OnHand);

    static string? WrongTimes(Rows rows, Model model) => rows.Orders
        .Select(one => (one.Key, Got: Model.TimesOf(one.Value), Expected: model.Times.GetValueOrDefault(one.Key)))
        .Where(one => one.Got != one.Expected)
        .Select(one => $"order {Answer.NumberOf(one.Key)} should be {one.Expected} but is {one.Got}")
        .FirstOrDefault();

    static string Difference(Moment[] history, List<string> expected, List<string> got, int sizeMax)
    {
        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"In batches of at most {sizeMax}:");
        var i = Opening.Sum(moment => moment.Item2.Length);
        foreach (var (now, commands) in History.Of(history))
        {
            foreach (var command in commands)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{now:MM-dd HH:mm} {Told(command)}");
                text.AppendLine(CultureInfo.InvariantCulture, $"    -> {expected[i]}");
                if (got[i] != expected[i]) return $"{text}but got {got[i]}";
                i++;
            }
        }
        return text.ToString();
    }

    static string Told(Command command) => command switch
    {
        PlaceOrder place => $"Place in {place.KitchenId}: " + string.Join(", ", place.Lines.Select(line =>
            $"{line.Quantity} {line.ItemId}"
            + string.Concat(line.Modifiers.Select(one => $" + {one.Quantity} {one.ItemId}")))),
        RecordMovements record => $"Record in {record.KitchenId}: " + string.Join(", ", record.Lines.Select(line =>
            $"{line.Kind} {line.Quantity} {line.Sku}")),
        PutItem put => $"Put {put.Id}: "
            + string.Join(", ", put.Recipe.Select(one => $"{one.Quantity} {one.Sku}")),
        _ => command.ToString(),
    };
}
