using Tiffin.Clients;

// The address and a channel's key; prints a line for each client that placed, was refused and cancelled.
var (address, key) = (args[0], args[1]);
Console.WriteLine(await KiotaTill.Run(address, key));
Console.WriteLine(await NSwagTill.Run(address, key));
