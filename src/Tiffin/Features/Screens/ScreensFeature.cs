using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Screens;

/// <summary>
/// The screens for people: one HTML file each, without data, whose script calls the API with the session cookie.
/// </summary>
sealed class ScreensFeature : Feature
{
    const string Door = "door";

    public override JsonSerializerContext Json => ScreensJson.Strict;

    public override void Add(WebApplicationBuilder builder) => builder.Services.AddSingleton<ScreenMetrics>();

    public override void Map(WebApplication app)
    {
        // Prometheus would see no increase if the series began with its first difference.
        app.Services.GetRequiredService<ScreenMetrics>().InitializeSeries();
        app.MapDifferences();
        var pages = app.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/", (Delegate)Home).Public();
        pages.MapGet(SignIn.Page, () => WebAssets.Page(Door)).Public();
        pages.MapGet("/pair", () => WebAssets.Page(Door)).Public();
        MapScreen("/start", Door, Anyone, Chain);
        pages.MapGet("/kitchen/{kitchenId}", Board).Allow(Staff, KitchenInPath).WithMetadata(new PageEndpoint(Refuse));
        MapScreen("/stock/{kitchenId}", "stock", Staff, KitchenInPath);
        MapScreen("/operations", "operations", Admin | Manager, Chain);
        MapScreen("/analytics", "analytics", Admin | Manager, Chain);

        // Public: they contain no secrets, and the page that explains a refusal needs them too.
        pages.MapGet("/assets/{name}", (string name) => WebAssets.Of(WebAsset.AssetsFolder + name)).Public();
        foreach (var name in WebAssets.AtRoot) pages.MapGet($"/{name}", () => WebAssets.Of(name)).Public();

        void MapScreen(string path, string name, RoleSet roles, Visibility visibility) =>
            pages.MapGet(path, () => WebAssets.Page(name)).Allow(roles, visibility)
                .WithMetadata(new PageEndpoint(Refuse));
    }

    // The browser reads the orders while it loads the script, so a tablet shows its first card earlier. A script that
    // requests the page to cache it needs no orders.
    static IResult Board(string kitchenId, HttpContext context)
    {
        if (context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
            context.Response.Headers.Link =
                $"</v1/kitchens/{Uri.EscapeDataString(kitchenId)}/board>; rel=preload; as=fetch; crossorigin";
        return WebAssets.Page("board");
    }

    static async Task<IResult> Home(HttpContext context) =>
        (await context.AuthenticateAsync(Schemes.Session)).Succeeded
            ? Results.Redirect("/start")
            : Results.Redirect("/docs");

    // The door explains a refusal in the reader's language, with links to the screens that they may open.
    static Task Refuse(HttpContext context, Problem problem)
    {
        context.Response.Headers.CacheControl = "no-store";
        var answer = problem.Status switch
        {
            StatusCodes.Status401Unauthorized => Results.Redirect(SignIn.Page + "?returnTo="
                + Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)),
            StatusCodes.Status403Forbidden or StatusCodes.Status404NotFound =>
                WebAssets.Page(Door, StatusCodes.Status403Forbidden),
            _ => problem,
        };
        return answer.ExecuteAsync(context);
    }
}

[JsonSerializable(typeof(DifferencesRequest))]
sealed partial class ScreensJson : JsonSerializerContext
{
    public static ScreensJson Strict { get; } = new(StrictJson.Options());
}
