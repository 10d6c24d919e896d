using System.Net.Http.Headers;
using Tiffin.NSwag;

namespace Tiffin.Clients;

/// <summary>Places an order, is refused, and cancels with the client that NSwag generated.</summary>
static class NSwagTill
{
    public static async Task<string> Run(string address, string key)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var client = new TiffinClient(http) { BaseUrl = address };
        var placed = await Place(client, 1);
        if (placed.Fulfilment.Address?.City != "Bengaluru") throw new InvalidOperationException("no address");
        var refusal = await Refused<PlacementProblem>(() => Place(client, 999));
        var move = await Refused<IllegalMoveProblem>(() => Move(client, placed, OrderStatus.Placed));
        var cancelled = await Move(client, placed, OrderStatus.Cancelled);
        var line = refusal.Lines!.First();
        return $"nswag {placed.Totals.Total.Amount} {refusal.Code} {line.ItemId} {line.Portions} "
            + $"{move.Code} {move.AllowedStatuses!.First()} {cancelled.Status}";
    }

    static Task<OrderView> Place(TiffinClient client, int quantity) => client.PlaceOrderAsync(
        Guid.NewGuid().ToString(),
        new PlaceOrderRequest
        {
            KitchenId = "k1",
            BrandId = "dosa",
            Channel = "app",
            Customer = new CustomerRequest { Name = "Asha" },
            Fulfilment = new FulfilmentRequest
            {
                Type = FulfilmentType.Delivery,
                Address = new Address
                {
                    Line1 = "12 MG Road", Locality = "Ashok Nagar", City = "Bengaluru", Postcode = "560001",
                    Country = "IN", Latitude = 12.9716, Longitude = 77.5946,
                },
            },
            Lines = [new LineRequest { ItemId = "masala", Quantity = quantity }],
        });

    static Task<OrderView> Move(TiffinClient client, OrderView order, OrderStatus status) =>
        client.ChangeOrderStatusAsync(order.Id, new ChangeStatusRequest { Status = status });

    static async Task<T> Refused<T>(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (ApiException<T> refusal)
        {
            return refusal.Result;
        }
        throw new InvalidOperationException("was not refused");
    }
}
