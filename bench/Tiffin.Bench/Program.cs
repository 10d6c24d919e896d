using Tiffin;
using Tiffin.Bench;

// tiffin-bench seed: fills the configured, migrated database.
var app = Server.Build(WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]));
await app.StartAsync();
await Seed.Load(app.Services);
await app.StopAsync();
return 0;
