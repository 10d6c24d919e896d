namespace Tiffin.Screens.Tests;

/// <summary>The faults that fail any test of a screen.</summary>
public sealed class VisitorTests : ScreenTest
{
    [Fact]
    public async Task Faults_of_a_page_are_recorded()
    {
        var visitor = await Visit(Device.Phone);
        var page = visitor.Page;
        await page.GotoAsync("/sign-in");
        visitor.Faults.ShouldBeEmpty();

        await page.EvaluateAsync("console.error('boom')");
        await page.EvaluateAsync("setTimeout(() => { throw new Error('thrown') })");
        await page.EvaluateAsync("document.body.setAttribute('style', 'color: red')");
        await page.EvaluateAsync("fetch('/assets/none.js')");
        var closed = $"http://127.0.0.1:9/{nameof(VisitorTests)}";
        await Should.ThrowAsync<PlaywrightException>(() => page.GotoAsync(closed));

        foreach (var wanted in new[]
        {
            "console: boom", "thrown", "style-src", "404 GET /assets/none.js", $"another host: {closed}",
        })
            await Eventually.Holds(
                () => visitor.Faults, faults => faults.Any(fault => fault.Contains(wanted)), wanted);
        visitor.Expect([.. visitor.Faults]);
    }
}
