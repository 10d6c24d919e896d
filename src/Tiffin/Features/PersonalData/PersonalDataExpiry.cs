using Microsoft.Extensions.Options;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.PersonalData;

/// <summary>Erases personal data (PII) past its retention period, in bounded batches.</summary>
sealed class PersonalDataExpiry(
    Database database, IEnumerable<IPersonalData> places, IOptions<PersonalDataOptions> options, TimeProvider clock)
    : IChore
{
    const int AtOnceMax = 5_000;

    public TimeSpan Every => TimeSpan.FromMinutes(10);

    public async Task Run(CancellationToken cancel)
    {
        if (options.Value.RetentionDays is not { } days) return;
        var before = clock.GetUtcNow().AddDays(-days);
        await using var connection = await database.OpenBackground(cancel);
        foreach (var place in places)
        {
            while (await place.EraseBefore(connection, before, AtOnceMax, cancel) == AtOnceMax) { }
        }
    }
}
