using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;
using Command = System.CommandLine.Command;
using Role = Tiffin.Domain.Role;

namespace Tiffin.Cli;

/// <summary><c>tiffin key create</c>: how the first administrator gets in.</summary>
static class KeyCommand
{
    public static Command Create()
    {
        var role = new Option<Role>("--role") { Description = "admin, manager, kitchen, courier, channel or customer" };
        role.Required = true;
        var kitchens = new Option<string[]>("--kitchen") { Description = "Where they work; may stand several times" };
        var channel = new Option<string?>("--channel") { Description = "The channel they speak for" };
        var subject = new Option<string?>("--subject") { Description = "The courier's or the customer's own id" };
        var label = new Option<string>("--label")
        {
            Description = "What the key is for", DefaultValueFactory = _ => "made by hand",
        };
        var days = new Option<int?>("--days") { Description = "How long it is good; for ever without" };
        var create = new Command("create", "Make an API key and print it, this once")
        {
            role, kitchens, channel, subject, label, days,
        };
        create.SetAction((parsed, cancel) => Run(
            parsed.GetValue(role), parsed.GetValue(kitchens) ?? [], parsed.GetValue(channel), parsed.GetValue(subject),
            parsed.GetValue(label)!, parsed.GetValue(days), cancel));
        return new Command("key", "API keys") { create };
    }

    static async Task<int> Run(
        Role role, string[] kitchens, string? channel, string? subject, string label, int? days,
        CancellationToken cancel)
    {
        var faults = KeyRules.Check(role, kitchens, channel, subject, label);
        foreach (var fault in faults) await Console.Error.WriteLineAsync($"--{fault.Pointer[1..]} {fault.Message}");
        if (faults.Count > 0) return 1;
        try
        {
            await using var database = new Database(DatabaseSettings.OfCommand());
            await Migrator.Check(database, cancel);
            using var ring = new KeyRing(
                database, Options.Create(new AccessOptions()), TimeProvider.System, NullLogger<KeyRing>.Instance);
            DateTimeOffset? expires = days is { } count ? DateTimeOffset.UtcNow.AddDays(count) : null;
            var (key, _) = await ring.Create(
                KeyRules.Caller(role, kitchens, channel, subject), label, expires, "tiffin key create", cancel);
            Console.WriteLine(key);
            return 0;
        }
        catch (Exception failure) when (failure is SchemaMismatchException or NpgsqlException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }
}
