/*
  Warnings:

  - The column `note` is renamed; nothing is lost.
*/
ALTER TABLE "Order" ADD COLUMN     "total" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "paid_at" TIMESTAMP(3);

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM information_schema.columns WHERE column_name = 'note') THEN
        ALTER TABLE "Order" RENAME COLUMN "note" TO "remark";
    END IF;
END $$;

CREATE UNIQUE INDEX "Guest_mail_key" ON "Guest"("mail");
