using System.Net.Http.Headers;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;
using Tiffin.Kiota;
using Tiffin.Kiota.Models;

namespace Tiffin.Clients;

/// <summary>Places an order, is refused, and cancels with the client that Kiota generated.</summary>
static class KiotaTill
{
    public static async Task<string> Run(string address, string key)
    {
        // Kiota's own providers send credentials only over https.
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var adapter = new HttpClientRequestAdapter(new AnonymousAuthenticationProvider(), httpClient: http)
        {
            BaseUrl = address,
        };
        var client = new TiffinClient(adapter);
        var placed = await Place(client, 1) ?? throw new InvalidOperationException("no order");
        if (placed.Fulfilment?.Address?.City != "Bengaluru") throw new InvalidOperationException("no address");
        var refusal = await Refused<PlacementProblem>(() => Place(client, 999));
        var move = await Refused<IllegalMoveProblem>(() => Move(client, placed, OrderStatus.Placed));
        var cancelled = await Move(client, placed, OrderStatus.Cancelled);
        return $"kiota {placed.Totals!.Total!.Amount} {refusal.Code} {refusal.Lines![0].ItemId} "
            + $"{refusal.Lines[0].Portions} {move.Code} {move.AllowedStatuses![0]} {cancelled!.Status}";
    }

    static Task<OrderView?> Place(TiffinClient client, int quantity) => client.V1.Orders.PostAsync(
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
        },
        request => request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString()));

    static Task<OrderView?> Move(TiffinClient client, OrderView order, OrderStatus status) =>
        client.V1.Orders[order.Id!.Value].Status.PutAsync(new ChangeStatusRequest { Status = status });

    static async Task<T> Refused<T>(Func<Task> call) where T : Exception
    {
        try
        {
            await call();
        }
        catch (T refusal)
        {
            return refusal;
        }
        throw new InvalidOperationException("was not refused");
    }
}
