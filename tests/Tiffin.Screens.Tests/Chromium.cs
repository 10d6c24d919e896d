// An assembly that shares the servers of other tests must also stop them, or PostgreSQL would keep running.
[assembly: TestFramework("Tiffin.Tests.Support.TestRun", "Tiffin.Tests")]

namespace Tiffin.Screens.Tests;

/// <summary>The browser that all tests share; each test has its own contexts in it.</summary>
static class Chromium
{
    const string DefaultPath = "/usr/bin/chromium-headless-shell";

    static readonly Lazy<Task<IBrowser>> browser = new(Start);

    public static Task<IBrowser> Browser => browser.Value;

    static async Task<IBrowser> Start()
    {
        // On a busy machine an expected result comes late, but is not wrong.
        Assertions.SetDefaultExpectTimeout((float)Eventually.Patience.TotalMilliseconds);
        var playwright = await Playwright.CreateAsync();
        var chromium = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("TIFFIN_CHROMIUM") ?? DefaultPath,
            // Where the tests run as root, the container is the sandbox, and has little shared memory. An emulated GPU
            // took a tenth of the processor time of the board's tests.
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        });
        TestRun.AtEnd(async () =>
        {
            await chromium.CloseAsync();
            playwright.Dispose();
        });
        return chromium;
    }
}
