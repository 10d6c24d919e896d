using Microsoft.Extensions.Options;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.PersonalData;

/// <summary>Erases personal data (PII) of ended orders after its retention period, in bounded batches.</summary>
sealed class PersonalDataExpiry(Database database, IOptions<PersonalDataOptions> options, TimeProvider clock) : IChore
{
    const int BatchMax = 5_000;

    public TimeSpan Interval => TimeSpan.FromMinutes(10);

    public async Task Run(CancellationToken cancel)
    {
        if (options.Value.RetentionDays is not { } days) return;
        var before = clock.GetUtcNow().AddDays(-days);
        await using var connection = await database.OpenBackground(cancel);
        while (await ContactTable.EraseBefore(connection, before, BatchMax, cancel) == BatchMax) { }
    }
}

/// <summary>Retention of personal data, in the section <c>PersonalData</c>.</summary>
sealed class PersonalDataOptions
{
    /// <summary>
    /// Days from placing an order until its personal data is erased, once the order has ended; at least 1. Unlimited if
    /// not set.
    /// </summary>
    public int? RetentionDays { get; set; }
}
