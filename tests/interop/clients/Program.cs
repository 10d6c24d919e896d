using Tiffin.Clients;

// Arguments: the address and a channel's key. Prints a line for each client that succeeded.
var (address, key) = (args[0], args[1]);
Console.WriteLine(await KiotaTill.Run(address, key));
Console.WriteLine(await NSwagTill.Run(address, key));
