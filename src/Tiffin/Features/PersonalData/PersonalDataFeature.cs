using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Engine.Hosting;

namespace Tiffin.Features.PersonalData;

/// <summary>Exports and erases customers' personal data (PII), on request and when its retention ends.</summary>
sealed class PersonalDataFeature : Feature
{
    public override IEnumerable<ApiTag> Tags =>
        [new("Personal data", "Export and erasure of customers' personal data (GDPR).")];

    public override void Add(WebApplicationBuilder builder)
    {
        builder.AddSettings<PersonalDataOptions>("PersonalData")
            .Validate(options => options.RetentionDays is null or >= 1,
                "PersonalData:RetentionDays must be at least 1, or not set to keep personal data without a limit.");
        builder.Services.AddSingleton<IChore, PersonalDataExpiry>();
    }

    public override void Map(WebApplication app) => app.MapPersonalData();
}
