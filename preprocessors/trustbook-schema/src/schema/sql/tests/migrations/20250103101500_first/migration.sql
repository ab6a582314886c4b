-- The tables of a made-up shop.
CREATE TYPE "State" AS ENUM ('OPEN', 'SENT');

CREATE TABLE "Order" (
    "id" TEXT NOT NULL,
    "state" "State" NOT NULL DEFAULT 'OPEN',
    "note" TEXT,

    CONSTRAINT "Order_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Guest" (
    "mail" TEXT NOT NULL
);
