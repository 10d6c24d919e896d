using System.Text.RegularExpressions;

namespace Tiffin.Tests.Architecture;

/// <summary>
/// Each table has one owner, and only the owner writes it. All rooms above the engine read its tables; only the feature
/// reads those of a feature.
/// </summary>
public sealed class TableTests
{
    const string Engine = "Engine";

    static readonly Dictionary<string, string> owners = new()
    {
        ["log"] = Engine, ["events"] = Engine, ["subscribers"] = Engine, ["migrations"] = Engine,
        ["brands"] = Engine, ["ingredients"] = Engine, ["items"] = Engine, ["item_offs"] = Engine,
        ["kitchens"] = Engine, ["kitchen_days"] = Engine, ["stock_rows"] = Engine, ["stock"] = Engine,
        ["orders"] = Engine, ["contacts"] = Engine, ["requests"] = Engine,
        ["order_timers"] = Engine, ["courier_positions"] = Engine,
        ["administrative_requests"] = "Edge",
        ["api_keys"] = "Edge/Access", ["audit"] = "Edge/Access", ["ended_sessions"] = "Edge/Access",
        ["secrets"] = "Edge/Access",
        ["movements"] = "Features/Inventory",
        ["analytics"] = "Features/Analytics", ["analytics_recent"] = "Features/Analytics",
        ["webhook_endpoints"] = "Features/Webhooks", ["webhook_deliveries"] = "Features/Webhooks",
        ["notifications"] = "Features/Notifications", ["alert_addresses"] = "Features/Notifications",
        ["alerts_pending"] = "Features/Notifications",
        ["sandbox"] = "Features/Sandbox",
        ["device_pairings"] = "Features/Devices",
    };

    [Fact]
    public void Only_the_owner_of_a_table_writes_it()
    {
        var trespasses =
            from file in Sources()
            from table in owners
            where !file.Path.StartsWith($"{table.Value}/")
            where Regex.IsMatch(file.Text, $@"\b(INSERT INTO|UPDATE|DELETE FROM)\s+{table.Key}\b")
                || Regex.IsMatch(file.Text, $@"\b(InsertInto|Upsert)\(""{table.Key}""")
            select $"{file.Path} writes {table.Key}, which {table.Value} owns";

        trespasses.ShouldBeEmpty();
    }

    [Fact]
    public void Only_their_owner_reads_the_tables_of_a_feature_and_of_the_edge()
    {
        var trespasses =
            from file in Sources()
            from table in owners
            where table.Value != Engine && !file.Path.StartsWith($"{table.Value}/")
            where Regex.IsMatch(file.Text, $@"\b(FROM|JOIN)\s+{table.Key}\b")
            select $"{file.Path} reads {table.Key}, which {table.Value} owns";

        trespasses.ShouldBeEmpty();
    }

    [Fact]
    public void Every_table_of_the_schema_has_an_owner()
    {
        var migrations = string.Concat(Repository.Files("src/Tiffin/Engine/Storage/Migrations")
            .Where(file => file.EndsWith(".sql")).Select(Repository.Text));
        const string Created = @"^CREATE (?:TABLE|VIEW) (\w+)\b(?! PARTITION OF)";
        var tables = Regex.Matches(migrations, Created, RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value);

        tables.Except(owners.Keys).ShouldBeEmpty();
    }

    static IEnumerable<(string Path, string Text)> Sources() =>
        from file in Repository.Sources("src/Tiffin")
        select (file["src/Tiffin/".Length..], Regex.Replace(Repository.Text(file), "//.*", ""));
}
