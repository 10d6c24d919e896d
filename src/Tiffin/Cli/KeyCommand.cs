using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;
using Command = System.CommandLine.Command;
using Role = Tiffin.Domain.Role;

namespace Tiffin.Cli;

/// <summary><c>tiffin key create</c>: creates the first administrator's key.</summary>
static class KeyCommand
{
    // A hundred years.
    const int DaysMax = 36_500;

    public static Command Create()
    {
        var role = new Option<Role>("--role")
        {
            Description = "Role of the key: admin, manager, kitchen, courier, channel or customer", Required = true,
        };
        var kitchens = new Option<string[]>("--kitchen")
        {
            Description = "Kitchen id, for the roles manager, kitchen and courier; repeatable",
        };
        var channel = new Option<string?>("--channel") { Description = "Channel, for the roles channel and customer" };
        var subject = new Option<string?>("--subject") { Description = "Id of the courier or customer" };
        var label = new Option<string>("--label")
        {
            Description = "Purpose of the key", DefaultValueFactory = _ => "created with tiffin key create",
        };
        var days = new Option<int?>("--days") { Description = "Days until the key expires; never if omitted" };
        days.Validators.Add(result =>
        {
            // The parser itself reports a value that is not a number.
            if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var given)
                && given is < 1 or > DaysMax)
                result.AddError($"--days must be 1 to {DaysMax}; leave it out for a key that does not expire.");
        });
        var create = new Command("create", "Create an API key and print it; it cannot be shown again")
        {
            role, kitchens, channel, subject, label, days,
        };
        create.SetAction((parsed, cancel) => Run(
            parsed.GetValue(role), parsed.GetValue(kitchens) ?? [], parsed.GetValue(channel), parsed.GetValue(subject),
            parsed.GetValue(label)!, parsed.GetValue(days), cancel));
        return new Command("key", "Manage API keys") { create };
    }

    static async Task<int> Run(
        Role role, string[] kitchens, string? channel, string? subject, string label, int? days,
        CancellationToken cancel)
    {
        var faults = KeyRules.Check(role, kitchens, channel, subject, label);
        foreach (var fault in faults)
        {
            // The command line repeats the option where the API has a list.
            var option = fault.Pointer == "/kitchens" ? "kitchen" : fault.Pointer[1..];
            await Console.Error.WriteLineAsync($"--{option} {fault.Message}");
        }
        if (faults.Count > 0) return 1;
        try
        {
            await using var database = new Database(DatabaseSettings.CommandConnectionString());
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
