using Npgsql;
using Tiffin.Features.Analytics;

namespace Tiffin.Screens.Tests;

/// <summary>
/// Four weeks and today of a kitchen, as analytics would have summed them up. They are written to its table, because it
/// would take minutes to place this number of orders.
/// </summary>
static class PastDays
{
    const int Days = 28;
    const string Kitchen = "blr-01";
    const string Brand = "biryani-house";
    const string Currency = "INR";

    // Per hour of a weekday: closed at night, with peaks at lunch and dinner.
    static readonly int[] ordersByHour =
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 6, 17, 22, 12, 5, 4, 7, 13, 24, 31, 26, 14, 5];

    static readonly (string Item, long Price, int Weight)[] menu =
    [
        ("chicken-biryani", 28900, 30), ("paneer-biryani", 26900, 18), ("veg-biryani", 22900, 13),
        ("mutton-biryani", 38900, 12), ("egg-biryani", 21900, 10), ("chicken-65", 24900, 9),
        ("hyderabadi-handi", 54900, 5), ("gulab-jamun", 8900, 7), ("double-ka-meetha", 11900, 4),
    ];

    public static async Task Write(NpgsqlConnection connection, DateTimeOffset now)
    {
        var increments = new Increments();
        // A fixed seed, so that each picture shows the same days.
        var random = new Random(7);
        var today = new DateTimeOffset(now.Date, now.Offset);
        for (var day = today.AddDays(-Days); day <= today; day = day.AddDays(1))
            for (var at = day; at < day.AddDays(1) && at <= now; at = at.AddMinutes(15))
                Add(increments, at, IsWeekend(day) ? 1.4 : 1, day == today, random);
        await AnalyticsTable.Append(connection, increments, default);
    }

    static bool IsWeekend(DateTimeOffset day) => day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    static void Add(Increments increments, DateTimeOffset at, double busy, bool isToday, Random random)
    {
        var cell = new Cell(Cell.QuarterHourOf(at), Kitchen, Brand, "app");
        var expected = ordersByHour[at.Hour] / 4.0 * busy * (isToday ? 1.15 : 1);
        var orders = (int)(expected * (0.7 + 0.6 * random.NextDouble()) + random.NextDouble());
        for (var i = 0; i < orders; i++)
        {
            if (random.Next(100) < 4) AddCancelled(increments, cell, random);
            else AddDelivered(increments, cell, isToday, random);
        }
        if (random.Next(12) == 0) AddWaste("chicken", random.Next(100, 600));
        if (random.Next(16) == 0) AddWaste("basmati-rice", random.Next(200, 900));
        if (random.Next(30) == 0) AddWaste("paneer", random.Next(50, 250));

        void AddWaste(string sku, long quantity)
        {
            string[] keys = [$"{sku}/burnt", $"{sku}/spoiled", $"{sku}/cancelled_order", sku];
            increments.Add(Measure.Wasted, cell, keys[quantity % keys.Length], quantity);
        }
    }

    static void AddDelivered(Increments increments, Cell cell, bool isToday, Random random)
    {
        increments.Add(Measure.Placed, cell, "", 1);
        increments.Add(Measure.Delivered, cell, "", 1);
        for (var lines = random.Next(1, 4); lines > 0; lines--)
        {
            // Paneer has run out today.
            var (item, price, _) = Pick(random) is { Item: "paneer-biryani" } && isToday ? menu[0] : Pick(random);
            increments.Add(Measure.Items, cell, item, 1);
            increments.Add(Measure.ItemRevenue, cell, $"{item}/{Currency}", price);
            increments.Add(Measure.Revenue, cell, Currency, price);
            increments.Add(Measure.Tax, cell, Currency, price / 20);
        }
        // Orders take longer in a busy hour.
        var rush = 1 + ordersByHour[cell.At.ToOffset(TimeSpan.FromHours(5.5)).Hour] / 60.0;
        AddTime(Measure.Accept, 0.4);
        AddTime(Measure.Prepare, 11 * rush);
        AddTime(Measure.Wait, 3.5 * rush);
        AddTime(Measure.Deliver, 19);
        if (random.NextDouble() < 0.86 - rush / 30) increments.Add(Measure.Promises, cell, $"{Histogram.Zero}", 1);
        else AddTime(Measure.Promises, 4 * rush);

        void AddTime(Measure stage, double minutes) => increments.Add(stage, cell,
            $"{Histogram.BucketOf((long)(minutes * 60_000 * (0.6 + 0.9 * Math.Pow(random.NextDouble(), 2))))}", 1);
    }

    static void AddCancelled(Increments increments, Cell cell, Random random)
    {
        increments.Add(Measure.Placed, cell, "", 1);
        var reason = random.Next(10) switch
        {
            < 4 => "changed_mind/customer",
            < 7 => "out_of_stock/kitchen",
            < 9 => "not_accepted_in_time/system",
            _ => "delivery_failed_not_reachable/system",
        };
        increments.Add(Measure.Cancelled, cell, reason, 1);
    }

    static (string Item, long Price, int Weight) Pick(Random random)
    {
        var place = random.Next(menu.Sum(one => one.Weight));
        return menu.First(one => (place -= one.Weight) < 0);
    }
}
