using Npgsql;
using Tiffin.Dev.Simulation;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;

namespace Tiffin.Dev.Run;

/// <summary>An API key per role. Each start creates new keys and revokes those of the previous start.</summary>
sealed class DevKeys(KeyRing ring, Database database)
{
    const string Creator = "tiffin-dev run";

    readonly TaskCompletionSource<IReadOnlyDictionary<string, string>> created =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with <see cref="ByRole"/> when the keys exist.</summary>
    public Task<IReadOnlyDictionary<string, string>> Created => created.Task;

    /// <summary>Keys by role name. Kitchen-scoped keys are for the first kitchen.</summary>
    public IReadOnlyDictionary<string, string> ByRole { get; private set; } = new Dictionary<string, string>();

    /// <summary>Keys of the simulation, for all kitchens and channels.</summary>
    public TrafficKeys Traffic { get; private set; } = new();

    /// <summary>The keys of a simulation that may move the server's clock.</summary>
    public TrafficKeys OfSimulation => Traffic with { Operator = ByRole["admin"] };

    public async Task Create(CancellationToken cancel)
    {
        foreach (var old in (await ring.List(Guid.Empty, 10_000, cancel)).Where(key => key.CreatedBy == Creator))
            await ring.Revoke(old.Id, cancel);
        var kitchens = await Kitchens(cancel);
        var first = kitchens[..1];
        ByRole = new Dictionary<string, string>
        {
            ["admin"] = await CreateKey(Role.Admin, [], null, null),
            ["manager"] = await CreateKey(Role.Manager, first, null, null),
            ["kitchen"] = await CreateKey(Role.Kitchen, first, null, null),
            ["courier"] = await CreateKey(Role.Courier, first, null, "courier-1"),
            ["channel"] = await CreateKey(Role.Channel, [], "web", null),
            ["customer"] = await CreateKey(Role.Customer, [], "app", "customer-1"),
        };
        Traffic = new TrafficKeys(
            Customer: ByRole["admin"],
            Kitchen: await CreateKey(Role.Kitchen, kitchens, null, null),
            Courier: await CreateKey(Role.Courier, kitchens, null, PlannedStep.CourierId),
            Manager: await CreateKey(Role.Manager, kitchens, null, null));
        created.SetResult(ByRole);

        async Task<string> CreateKey(Role role, string[] where, string? channel, string? subject) => (await ring.Create(
            KeyRules.Caller(role, where, channel, subject), $"development, {role}", null, Creator, cancel)).Key;
    }

    async Task<string[]> Kitchens(CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
        await using var command = new NpgsqlCommand("SELECT id FROM kitchens ORDER BY number", connection);
        await using var row = await command.ExecuteReaderAsync(cancel);
        var kitchens = new List<string>();
        while (await row.ReadAsync(cancel)) kitchens.Add(row.GetString(0));
        return [.. kitchens];
    }
}
